import { PrivateFileError } from '@waymark/identity';
import { BusyError, DomainError, ForbiddenError, StoreUnavailableError } from '@waymark/kernel';
import { ReadTablesBehindError } from '@waymark/read-store';

/** What the shell learns: done, refused by a rule or by missing rights, wrong words on the command line, store not reachable. */
export const ExitCode = { DONE: 0, REFUSED: 1, USAGE: 2, STORE_NOT_REACHABLE: 3 } as const;

/** Wrong words on the command line. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** A refusal that the program on the other side of the line gave. */
export class RefusedError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly rule?: string,
  ) {
    super(message);
    this.name = 'RefusedError';
  }
}

/** The exit code that an error stands for. An error nobody planned for counts as refused, and shows its stack. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return ExitCode.USAGE;
  if (error instanceof StoreUnavailableError || error instanceof PrivateFileError) return ExitCode.STORE_NOT_REACHABLE;
  return ExitCode.REFUSED;
}

/** Errors whose message is meant for the person at the terminal. */
const spoken = [ForbiddenError, UsageError, StoreUnavailableError, PrivateFileError];

/** One sentence for a person: what was refused, by which rule, and what to do. */
export function sentenceFor(error: unknown): string {
  if (error instanceof DomainError || error instanceof RefusedError) {
    return `${error.message} [${error.code}${error.rule === undefined ? '' : `, ${error.rule}`}]`;
  }
  if (error instanceof ReadTablesBehindError || error instanceof BusyError) return `${error.message} [${error.code}]`;
  if (spoken.some((kind) => error instanceof kind)) return (error as Error).message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
