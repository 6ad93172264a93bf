/** Where a refusal comes from: the rule (R-nn of docs/rules.md) and the path into the input that caused it. */
export interface RefusalContext {
  readonly rule?: string | undefined;
  readonly path?: readonly string[] | undefined;
}

/**
 * A refusal by a rule of the domain: the command was understood and not accepted; nothing was recorded.
 * `code` is stable, upper snake case and listed in docs/errors.md; `message` says in plain words what to do.
 */
export class DomainError extends Error {
  readonly rule: string | undefined;
  readonly path: readonly string[];

  constructor(
    readonly code: string,
    message: string,
    context: RefusalContext = {},
  ) {
    super(message);
    this.name = 'DomainError';
    this.rule = context.rule;
    this.path = context.path ?? [];
  }
}

/** The caller lacks a right. `missing` says which, in plain words. */
export class ForbiddenError extends Error {
  readonly code = 'FORBIDDEN';

  constructor(
    readonly missing: string,
    readonly rule: string | undefined = 'R-07',
  ) {
    super(`Not allowed: ${missing}`);
    this.name = 'ForbiddenError';
  }
}

/** Somebody else changed the same thing first; what they wrote stands, and the caller must look before trying again. */
export class ConflictError extends DomainError {
  constructor(message: string, context: RefusalContext = {}) {
    super('CONFLICT', message, context);
    this.name = 'ConflictError';
  }
}

/** The idempotency key was used before with another input. */
export class IdempotencyKeyReusedError extends DomainError {
  constructor() {
    super(
      'IDEMPOTENCY_KEY_REUSED',
      'This idempotency key was already used with a different input. Repeat the first input, or draw a new key.',
      { rule: 'R-93', path: ['idempotencyKey'] },
    );
    this.name = 'IdempotencyKeyReusedError';
  }
}

/** A stored event that the catalogue cannot read: a fault of the installation, never of the caller. */
export class EventDecodingError extends Error {
  constructor(
    readonly where: { type: string; schemaVersion: number; stream: string; revision: number },
    detail: string,
  ) {
    super(`${where.type} v${where.schemaVersion} at ${where.stream}@${where.revision}: ${detail}`);
    this.name = 'EventDecodingError';
  }
}

/** A certain conflict: the stream does not stand where the append expected it, and the events are not already there. */
export class WrongExpectedRevisionError extends Error {
  constructor(
    readonly stream: string,
    readonly expected: number | 'NO_STREAM',
    readonly actual: number | 'NO_STREAM',
  ) {
    super(`${stream} stands at ${actual}, the append expected ${expected}`);
    this.name = 'WrongExpectedRevisionError';
  }
}

/** The store did not answer in time: the events may or may not be recorded. Only the same events may be sent again. */
export class OutcomeUnknownError extends Error {
  constructor(detail: string) {
    super(`The store did not confirm the append: ${detail}`);
    this.name = 'OutcomeUnknownError';
  }
}

/** The store cannot be reached or cannot write (disk full, folder read-only); nothing was recorded. */
export class StoreUnavailableError extends Error {
  constructor(
    detail: string,
    readonly reason: 'UNREACHABLE' | 'DISK_FULL' | 'READ_ONLY' | 'LOCKED' | 'DAMAGED' = 'UNREACHABLE',
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.name = 'StoreUnavailableError';
  }
}

/** Somebody else had the turn for longer than the wait is bound to, or the turn was lost: nothing was recorded, and it can be tried again. */
export class BusyError extends Error {
  readonly code = 'BUSY';

  constructor(message: string) {
    super(message);
    this.name = 'BusyError';
  }
}

/** The append carries a `recordedAt` before the store's newest event; stamp it again, not before `notBefore`. */
export class RecordedAtBehindError extends Error {
  constructor(readonly notBefore: string) {
    super(`The newest event was recorded at ${notBefore}; time may not fall along the log`);
    this.name = 'RecordedAtBehindError';
  }
}

/** An event beyond what a store accepts; refused before anything is sent. */
export class EventTooLargeError extends DomainError {
  constructor(type: string, bytes: number, limit: number) {
    super(
      'TOO_LARGE',
      `${type} would take ${bytes} bytes; ${limit} is the limit. Split the entry or shorten its texts.`,
    );
    this.name = 'EventTooLargeError';
  }
}
