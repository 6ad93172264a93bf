import { EventTooLargeError, StoreUnavailableError } from '@waymark/kernel';

/** A call that nobody answered in time. What became of it is unknown. */
export class NoAnswerError extends Error {
  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds} ms`);
    this.name = 'NoAnswerError';
  }
}

interface ClientError {
  /** The client's own kinds of error; its plain errors have none. */
  readonly type?: string;
  /** Status of gRPC. */
  readonly code?: number;
  readonly message: string;
  readonly maxAppendSize?: number;
}

/** Statuses by which gRPC says that nobody served the call: cancelled, deadline, aborted, internal, unavailable. */
const NOT_SERVED = [1, 4, 10, 13, 14];
const NOT_SERVED_TYPES = ['cancelled', 'deadline-exceeded', 'timeout', 'unavailable', 'not-leader'];
/** What a server says while it starts or looks for a leader, and what a client says that finds none; no kind of its own marks them. */
const NOT_SERVED_WORDS =
  /Not Ready|Too Busy|Server Is Busy|No leader info|Failed to discover|transport error|error trying to connect|tcp connect|h2 protocol|broken pipe|was cancelled|connection (?:reset|closed|refused)|client error/i;
/** Failures of which it is certain that the server did not take the call up. */
const NEVER_TAKEN =
  /Not Ready|Too Busy|Server Is Busy|No leader info|Failed to discover|ECONNREFUSED|tcp connect error/i;

/**
 * Whether the error says that no server was there to serve the call. It comes in many shapes: the client's `UnavailableError`, a plain
 * `Error` with code 14, an `UnknownError` whose text says "Server Is Not Ready", a leader that is one no more, our own timer.
 */
export function isNotThere(error: unknown): boolean {
  if (error instanceof NoAnswerError) return true;
  const { type, code, message } = asClientError(error);
  if (type !== undefined && NOT_SERVED_TYPES.includes(type)) return true;
  if (isRefusal(type)) return false;
  return (code !== undefined && NOT_SERVED.includes(code)) || NOT_SERVED_WORDS.test(message);
}

/** Whether an append that failed so was certainly not recorded. */
export function isNeverTaken(error: unknown): boolean {
  const { type, message } = asClientError(error);
  return type === 'not-leader' || NEVER_TAKEN.test(message);
}

/**
 * Whether the server itself answered that an append was not done in time. It is there, and the client is sound; the append may be written yet: so a
 * server answers a repetition whose first copy it is still writing.
 */
export function isLateAnswer(error: unknown): boolean {
  const { type, code } = asClientError(error);
  return type === 'deadline-exceeded' && code === undefined;
}

/** Whether a read says itself that it named a place in the log where no event begins. */
export function isNoPlace(error: unknown): boolean {
  return /ReadAllResult|InvalidPosition/i.test(asClientError(error).message);
}

export function isStreamNotFound(error: unknown): boolean {
  return asClientError(error).type === 'stream-not-found';
}

export function isWrongExpected(error: unknown): error is { readonly actualState: bigint | 'no_stream' } {
  return asClientError(error).type === 'wrong-expected-version';
}

/** An error of the client in the words of the port; errors that are not the client's come back unchanged. */
export function asStoreError(error: unknown, server: string): unknown {
  if (isNotThere(error)) return notThere(error, server);
  const { type, code, message, maxAppendSize = 0 } = asClientError(error);
  if (type === undefined && code === undefined) return error;
  const kind = type === undefined || type === 'unknown' ? KIND_OF_STATUS[code ?? 0] : type;
  switch (kind) {
    case 'access-denied':
      return new StoreUnavailableError(
        `KurrentDB at ${server} refuses the account. Check user and password in EVENT_STORE_URL, and that the account may ` +
          'read $all and write.',
        'UNREACHABLE',
        { cause: error },
      );
    case 'stream-deleted':
    case 'stream-tombstoned':
      return damaged(`A stream was deleted on the server at ${server}. Waymark deletes none: restore a backup.`, error);
    case 'maximum-append-size-exceeded':
      return new EventTooLargeError('An entry', maxAppendSize + 1, maxAppendSize);
    case 'unimplemented':
      return new StoreUnavailableError(
        `KurrentDB at ${server} does not know a call that Waymark needs: it is too old. Use EventStoreDB 21.10 or newer, or KurrentDB.`,
        'UNREACHABLE',
        { cause: error },
      );
    default:
      return new StoreUnavailableError(`KurrentDB at ${server} failed: ${message}`, 'UNREACHABLE', { cause: error });
  }
}

/** Permission denied, unimplemented, unauthenticated. */
const KIND_OF_STATUS: Readonly<Record<number, string>> = {
  7: 'access-denied',
  12: 'unimplemented',
  16: 'access-denied',
};

/** Nobody serves: what to look at, and what the client said. */
export function notThere(error: unknown, server: string): StoreUnavailableError {
  const { message, type } = asClientError(error);
  const advice =
    type === 'not-leader'
      ? 'It does not lead its cluster. Name every node in EVENT_STORE_URL (kurrentdb://a,b,c), or use kurrentdb+discover://.'
      : 'Check that it runs, that address and port are right, and that both sides agree on TLS (tls=true or tls=false in EVENT_STORE_URL).';
  return new StoreUnavailableError(
    `KurrentDB at ${server} does not serve: ${message || 'no reason given'}. ${advice}`,
    'UNREACHABLE',
    {
      cause: error,
    },
  );
}

export function damaged(message: string, cause?: unknown): StoreUnavailableError {
  return new StoreUnavailableError(message, 'DAMAGED', { cause });
}

function isRefusal(type: string | undefined): boolean {
  return type !== undefined && type !== 'unknown';
}

function asClientError(error: unknown): ClientError {
  return error instanceof Error ? (error as ClientError) : { message: String(error) };
}
