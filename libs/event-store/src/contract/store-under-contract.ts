import { type EventId, streamName } from '@waymark/kernel';
import type { EventStore } from '../event-store.js';

/** How the contract gets at the store it tests. Each call of `open` without a `reopen` before it gives an empty store. */
export interface StoreUnderContract {
  /** A store without events. */
  open(): EventStore | Promise<EventStore>;
  /** The same events again, as after a restart; the store given back by `open` was closed before. Left out when a store forgets. */
  reopen?(): EventStore | Promise<EventStore>;
  /** Makes the next event of the store last opened take a position above this one. */
  skipPositions?(to: number): void | Promise<void>;
  /** One more store over the same events, as another process has it open. Left out when one process alone may write. */
  another?(): EventStore | Promise<EventStore>;
  /** For a store on a server; goes with `another`. */
  readonly disturb?: {
    /** Another program writes something of its own and does not end; gives the way to end it. */
    holdTransaction(): Promise<() => Promise<void>>;
    /** Cuts every connection to the server. */
    cutConnections(): Promise<void>;
  };
  cleanUp?(): void | Promise<void>;
}

/** The store of the running case. */
export interface Current {
  readonly store: EventStore;
  readonly context: StoreUnderContract;
  restart(): Promise<void>;
}

export const A = streamName('plan', 'a');
export const B = streamName('plan', 'b');
/** A millisecond after the instant that events of tests carry. */
export const LATER = '2025-10-15T14:00:00.001Z';

export function idsOf(event: { readonly eventId: EventId }): EventId {
  return event.eventId;
}
