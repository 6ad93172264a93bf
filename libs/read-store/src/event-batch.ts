import type { AnyEventCatalogue, Recorded, StoredEvent } from '@waymark/kernel';
import type { PoisonEvent } from './read-store.js';

/** What one projection has to do in a batch: the events it handles, up to the first that cannot be read. */
export interface Slice {
  readonly events: readonly Recorded[];
  readonly poison: PoisonEvent | undefined;
}

/** A run of stored events, each brought to its current version once, whichever projections want it. */
export class EventBatch {
  private readonly decoded = new Map<number, Recorded | Error>();

  constructor(
    readonly stored: readonly StoredEvent[],
    private readonly catalogue: Pick<AnyEventCatalogue, 'decode'>,
  ) {}

  /** The last event. */
  get end(): StoredEvent {
    return this.stored[this.stored.length - 1]!;
  }

  slice(after: number, handles: ReadonlySet<string>): Slice {
    const events: Recorded[] = [];
    for (let index = 0; index < this.stored.length; index += 1) {
      const stored = this.stored[index]!;
      if (stored.position <= after || !handles.has(stored.type)) continue;
      const event = this.at(index, stored);
      if (event instanceof Error) return { events, poison: poisonOf(stored, event) };
      events.push(event);
    }
    return { events, poison: undefined };
  }

  /** The last event before a position that this batch holds, if there is one after `after`. */
  lastBefore(position: number, after: number): StoredEvent | undefined {
    return this.stored.findLast((event) => event.position < position && event.position > after);
  }

  private at(index: number, stored: StoredEvent): Recorded | Error {
    let event = this.decoded.get(index);
    if (event === undefined) {
      try {
        event = this.catalogue.decode(stored);
      } catch (error) {
        event = asError(error);
      }
      this.decoded.set(index, event);
    }
    return event;
  }
}

export function poisonOf({ eventId, position, type }: StoredEvent | Recorded, error: unknown): PoisonEvent {
  return { eventId, position, type, message: asError(error).message };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
