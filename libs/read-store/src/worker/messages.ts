import type { ProjectionProgress, ProjectionStatus } from '../projection-host.js';

/** From the main thread to the worker. */
export type Instruction =
  | { readonly kind: 'HINT'; readonly position: number }
  | { readonly kind: 'REBUILD'; readonly id: number; readonly projections: readonly string[] | undefined }
  | { readonly kind: 'STOP' };

/** From the worker to the main thread. STANDING comes when it is ready, and after each commit and each fault. */
export type Report =
  | {
      readonly kind: 'STANDING';
      readonly head: number;
      readonly projections: readonly ProjectionStatus[];
      readonly fault: string | undefined;
    }
  | { readonly kind: 'PROGRESS'; readonly progress: ProjectionProgress }
  | { readonly kind: 'REBUILT'; readonly id: number; readonly error: string | undefined }
  | { readonly kind: 'NOT_STARTED'; readonly message: string; readonly reason: string | undefined };
