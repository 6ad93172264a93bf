import type { StoredRow } from '@waymark/event-store';
import type { PoisonEvent, ProjectionState } from './read-store.js';

export interface ProjectionStatus {
  readonly name: string;
  /** Of the tables that readers see; 0 when a projector has yet to make them. */
  readonly version: number;
  readonly state: ProjectionState;
  /** Position that the tables readers see have reached. */
  readonly checkpoint: number;
  /** Positions between the end of the record and the checkpoint. */
  readonly lag: number;
  readonly poison: PoisonEvent | null;
}

export interface HostStatus {
  /** RESTARTING: the thread that projects ended by a fault and is being started again; tables stand still meanwhile. */
  readonly state: 'RUNNING' | 'RESTARTING' | 'STOPPED';
  /** What went wrong last with the thread or the database, if it has not recovered since. */
  readonly fault: string | undefined;
  /** Position of the newest event known here. */
  readonly head: number;
  readonly projections: readonly ProjectionStatus[];
}

/** How far a long run has come: a rebuild, or catching up with a record that is far ahead. */
export interface ProjectionProgress {
  readonly kind: 'REBUILD' | 'CATCH_UP';
  readonly projections: readonly string[];
  /** In positions of the store. */
  readonly done: number;
  readonly total: number;
  readonly eventsPerSecond: number;
  /** Undefined until a rate is known. */
  readonly etaSeconds: number | undefined;
}

/** Where projections run: on this thread, on a worker thread, or in another process. */
export interface ProjectionHost {
  /**
   * Says that the record has grown up to this position. Without it, growth is noticed by polling. The events that were committed, as far as
   * they are at hand, spare the reading of them; they belong to the caller no longer.
   */
  hint(position: number, committed?: readonly StoredRow[]): void;
  /**
   * Resolves when the tables of the named projections (of all, when absent) show the position.
   * Bounded: throws {@link ReadTablesBehindError} after two seconds, and at once when one of them stopped before it.
   */
  waitFor(position: number, projections?: readonly string[]): Promise<void>;
  status(): HostStatus;
  /** See {@link TableState}: of the tables that a projection has published here, known once `waitFor` tells of them. */
  stateOf(projection: string): number | undefined;
  /** Builds the tables of these projections (of all, when absent) anew and swaps them in. Rejects when an event cannot be projected. */
  rebuild(projections?: readonly string[]): Promise<void>;
  /** Returns the way to stop listening. */
  onProgress(listener: (progress: ProjectionProgress) => void): () => void;
  /** Ends after the batch in hand and closes the stores that the host opened. */
  stop(): Promise<void>;
}

/** The read tables have not reached the position asked for. Nothing is lost. */
export class ReadTablesBehindError extends Error {
  readonly code = 'READ_TABLES_BEHIND';

  constructor(
    readonly position: number,
    /** The projection that stopped before the position: waiting does not help then. */
    readonly stopped: string | undefined = undefined,
  ) {
    super(
      stopped === undefined
        ? 'The answer is not ready yet: the tables are still catching up. Ask again in a moment.'
        : `The answer cannot be given: the tables of "${stopped}" have stopped at a fault that an operator must mend.`,
    );
    this.name = 'ReadTablesBehindError';
  }
}
