import type { ProjectionProgress, ProjectionStatus } from '../projection-host.js';
import type { EventParcel } from './event-parcel.js';

/** From the main thread to the worker. */
export type Instruction =
  | { readonly kind: 'HINT'; readonly position: number; readonly committed?: EventParcel | undefined }
  | { readonly kind: 'REBUILD'; readonly id: number; readonly projections: readonly string[] | undefined }
  | { readonly kind: 'STOP' };

/**
 * From the worker to the main thread. STANDING comes when it is ready, and after each commit and each fault; REACHED instead of it
 * when nothing but checkpoints and states has changed since: numbers cost a tenth of what statuses do on their way between threads.
 */
export type Report =
  | {
      readonly kind: 'STANDING';
      readonly head: number;
      readonly projections: readonly ProjectionStatus[];
      /** Of each projection the state of its tables, see {@link TableState}. */
      readonly states: readonly number[];
      readonly fault: string | undefined;
    }
  | {
      readonly kind: 'REACHED';
      readonly head: number;
      /** In the order of the projections of STANDING, as are the states. */
      readonly checkpoints: readonly number[];
      readonly states: readonly number[];
    }
  | { readonly kind: 'PROGRESS'; readonly progress: ProjectionProgress }
  | { readonly kind: 'REBUILT'; readonly id: number; readonly error: string | undefined }
  | { readonly kind: 'NOT_STARTED'; readonly message: string; readonly reason: string | undefined };
