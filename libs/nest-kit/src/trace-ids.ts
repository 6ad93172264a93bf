import { createHash } from 'node:crypto';

/** A span of somebody else, as the W3C header `traceparent` names it. */
export interface RemoteSpan {
  /** 32 hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** 16 hexadecimal digits, not all zero. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** Where a request comes from, as far as traces are concerned. */
export interface RequestOrigin {
  /** Recorded with the events, so that every process can name the trace of a command it never saw. */
  readonly correlationId: string;
  /** The caller's span, when it sent one. */
  readonly parent?: RemoteSpan | undefined;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** What a `traceparent` header says (W3C Trace Context, level 1); undefined when it does not hold. */
export function readTraceparent(header: string | undefined): RemoteSpan | undefined {
  const match = TRACEPARENT.exec(header ?? '');
  if (match === null) return undefined;
  return { traceId: match[1]!, spanId: match[2]!, isSampled: (Number.parseInt(match[3]!, 16) & 1) === 1 };
}

/**
 * The trace that a correlation id stands for: itself when it has the form of a trace id (then it was taken from the caller's
 * `traceparent`), else 16 bytes of its digest, from which what the client chose cannot be read back.
 */
export function traceIdOf(correlationId: string): string {
  return /^(?!0{32})[0-9a-f]{32}$/.test(correlationId) ? correlationId : digest('trace', correlationId).slice(0, 32);
}

/** The span of a command within its trace: the same in every process. */
export function spanIdOf(commandId: string): string {
  return digest('command span', commandId).slice(0, 16);
}

function digest(kind: string, text: string): string {
  return createHash('sha256').update(`${kind}:${text}`).digest('hex');
}
