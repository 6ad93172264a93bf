import type { Command, Decider } from './decider.js';
import type { DomainEvent, Recorded, StoredEvent } from './event.js';

/** A state, and whose it is: two deciders may fold one stream. */
interface Folded {
  readonly decider: object;
  readonly state: unknown;
}

/**
 * States of streams that were folded before, so that a command folds what was added since and no more. A state is known by the last event
 * it holds, and goes when the store lets go of that event: a store that gives other objects each time has every stream folded whole.
 */
export class FoldedStreams {
  private readonly states = new WeakMap<StoredEvent, Folded>();

  /** The state of a stream after these events, which are all it has. */
  stateOf<S, C extends Command, E extends DomainEvent>(decider: Decider<S, C, E>, stored: readonly StoredEvent[]): S {
    const folded = stored.findLastIndex((event) => this.states.get(event)?.decider === decider);
    let state = folded < 0 ? decider.initial : (this.states.get(stored[folded]!)!.state as S);
    for (const event of stored.slice(folded + 1)) {
      state = decider.evolve(state, decider.catalogue.decode(event) as unknown as Recorded<E>);
    }
    const last = stored.at(-1);
    if (folded >= 0) this.states.delete(stored[folded]!);
    if (last !== undefined) this.states.set(last, { decider, state });
    return state;
  }
}
