import type { EventId, Instant, OrganisationId, StoredEvent, StreamStore } from '@waymark/kernel';

/** The end of the log. */
export interface Head {
  /** Position of the newest event; 0 when there is none. Never above 2^43. */
  readonly position: number;
  /** Instant of the newest event. */
  readonly recordedAt: Instant | undefined;
}

/** An event as it lies in the store: the bytes that its digest is made of (stored-event.ts). */
export interface StoredRow {
  readonly position: number;
  readonly stored: Uint8Array;
}

/** Hears of a commit: where the log ends now, and perhaps the events that were committed. */
export type AppendListener = (position: number, committed?: readonly StoredRow[]) => void;

/** Which events a listing wants; members narrow together. */
export interface EventFilter {
  readonly types?: readonly string[] | undefined;
  readonly organisation?: OrganisationId | undefined;
}

/**
 * Everything Waymark asks of a store of events. One contract suite (`contract/`) runs over every adapter.
 * Order: positions rise in commit order and are never reused, so a reader that goes on after a position misses nothing.
 * Durability: an append that resolved is on disk. `recordedAt` never falls from one position to the next; where a server orders the appends
 * of several processes by itself, between two of them it may, and instants count as their running maximum (S13).
 * Settled instants (S14): who asks as of an instant waits until this process's clock has left it behind, reads `head(instant)`, lets a
 * turn of the loop pass and reads it again; when nothing came, the answer stands for ever. So an append must be committed by
 * the end of the turn it was handed over in, as on SQLite, or be refused with RecordedAtBehindError once its `recordedAt` lies
 * at or before an instant that `head` was asked past: a store with other writers keeps that instant beside the log and
 * compares under the lock that orders appends. One whose server compares nothing puts an event with a later stamp between (InstantSettled), so
 * that what follows counts as recorded later, whatever its stamp. What the runner sends again after OutcomeUnknownError carries a stamp of its own;
 * it is the first sending, still under way, that must not arrive late. Nor may a crash bring back what a failed commit left on the
 * disk, once `head` was asked past its stamp.
 * Errors are those of kernel/errors.ts, never a driver's own.
 */
export interface EventStore extends StreamStore {
  /** Committed events after a position, in order, at most `limit`; the filter is applied by the store. */
  readAll(options: { readonly after: number; readonly limit: number } & EventFilter): Promise<readonly StoredEvent[]>;
  /** The events with these ids, in store order; unknown ids are left out. */
  readEvents(eventIds: readonly EventId[]): Promise<readonly StoredEvent[]>;
  /** The events at these positions, in store order; unknown positions are left out. */
  readPositions(positions: readonly number[]): Promise<readonly StoredEvent[]>;
  /** The stored bytes of the events after a position, in order, at most `limit`. */
  readStored(options: { readonly after: number; readonly limit: number }): Promise<readonly StoredRow[]>;
  /**
   * Takes events of another store over, in this order and to the byte: ids, revisions and `recordedAt` are theirs, positions are this
   * store's own. Where a store with several writers let `recordedAt` fall, it falls here too. `after` is the position of this
   * store's newest event, 0 when it has none. Answers the position of the last event taken.
   * Throws WrongExpectedRevisionError when the store has another newest event or an event does not follow its stream here, and
   * StoreUnavailableError (DAMAGED, by the position in the other store) for bytes that are no event and for an event whose id is
   * known to stand elsewhere here. After an error none of the events may be there, or the first few: `head` tells.
   */
  appendStored(after: number, events: readonly StoredRow[]): Promise<number>;
  /** With an instant: nothing counts as recorded at or before it from here on (see above). */
  head(past?: Instant): Promise<Head>;
  /**
   * Calls the listener with the new head position after each commit of this process and, where several processes write to one
   * store, of the others. A hint, not a delivery: whoever depends on events polls as well. Where the adapter has them at hand, the
   * events of the commit come along, in order, the one at the position the last. Returns the way to stop listening.
   */
  onAppended(listener: AppendListener): () => void;
  /** Ends writing cleanly; afterwards every call throws StoreUnavailableError. */
  close(): Promise<void>;
}
