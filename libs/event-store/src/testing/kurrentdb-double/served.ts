import type { Metadata } from '@grpc/grpc-js';
import type { Faults, Refusal } from './faults.js';
import type { MemoryLog } from './log.js';

/** What a call asks for, as far as it matters who leads. */
export type Purpose = 'append' | 'read' | 'read at leader';

/** What the calls of a node know of it. */
export interface Served {
  readonly log: MemoryLog;
  readonly faults: Faults;
  /** Why a call is not served; undefined when it is. */
  refusal(purpose: Purpose): Refusal | undefined;
  /** Whether the caller may come in; everybody may unless the double asks for credentials. */
  isAllowed(metadata: Metadata): boolean;
}
