import { unwrapResolverError } from '@apollo/server/errors';
import { BusyError, DomainError, ForbiddenError, StoreUnavailableError } from '@waymark/kernel';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { requestErrorMeanings } from './error-codes.js';
import { ThrownByResolver } from './graphql/resolvers.js';
import { ReadTablesBehindError, UnauthenticatedError } from './ports.js';

/** One field of an input whose shape does not fit. */
export interface BadField {
  readonly path: readonly string[];
  readonly message: string;
}

/** The input does not have the shape the mutation needs: wrong before any rule was asked. */
export class BadShapeError extends Error {
  readonly code = 'BAD_REQUEST';
  constructor(readonly fields: readonly BadField[]) {
    super(fields.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
    this.name = 'BadShapeError';
  }
}

/** Codes whose errors are worded here alone: an error that carries one without being ours is nobody's business. */
const WORDED_HERE: readonly string[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'INTERNAL_SERVER_ERROR'];

/** Codes of errors that the server itself words for clients: syntax, validation, limits, transport. */
function isWordedByServer(code: unknown): code is string {
  return typeof code === 'string' && Object.hasOwn(requestErrorMeanings, code) && !WORDED_HERE.includes(code);
}

/** The error as it was thrown, out of everything that executors wrap around it. */
export function thrownError(error: unknown): unknown {
  const unwrapped = unwrapResolverError(error);
  if (unwrapped instanceof ThrownByResolver) return unwrapped.cause;
  // What a plugin threw has no path, which Apollo unwraps by.
  return unwrapped instanceof GraphQLError ? (unwrapped.originalError ?? unwrapped) : unwrapped;
}

/** What is told to clients about an error that stands behind a GraphQL error: undefined when nothing may be told. */
export function toldOf(error: unknown): { message: string; extensions: Record<string, unknown> } | undefined {
  if (error instanceof DomainError) {
    const { code, message, path, rule } = error;
    return { message, extensions: { code, path, ...(rule !== undefined && { rule }) } };
  }
  if (error instanceof ForbiddenError) {
    const { code, message, missing, rule } = error;
    return { message, extensions: { code, missing, ...(rule !== undefined && { rule }) } };
  }
  if (error instanceof BadShapeError) {
    return { message: error.message, extensions: { code: error.code, fields: error.fields } };
  }
  if (error instanceof StoreUnavailableError) {
    const message = `${storeTrouble(error)} Repeat the request in a moment, a mutation with the same idempotency key: it is recorded once at most. If it stays, tell the operator.`;
    return { message, extensions: { code: 'STORE_UNAVAILABLE', reason: error.reason } };
  }
  if (error instanceof UnauthenticatedError || error instanceof ReadTablesBehindError || error instanceof BusyError) {
    return { message: error.message, extensions: { code: error.code } };
  }
  return undefined;
}

const storeTroubles: Readonly<Record<StoreUnavailableError['reason'], string>> = {
  UNREACHABLE: 'The record cannot be reached just now.',
  DISK_FULL: 'The record cannot be written: its disk is full.',
  READ_ONLY: 'The record cannot be written: it is read-only.',
  LOCKED: 'The record is in use by another program.',
  DAMAGED: 'The record is damaged.',
};

/** What anybody may know of a store's failure. Its own message names files of the server: that one is for the log. */
export function storeTrouble({ reason }: StoreUnavailableError): string {
  return storeTroubles[reason];
}

/** What stands for every error whose text is nobody's business. */
export const MASKED =
  'Something went wrong on our side. Repeat the request; if it stays, report it with the x-request-id.';

/** Formats one error for clients: known errors with code and guidance, everything else masked. */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { path, locations } = formatted;
  const place = { ...(locations !== undefined && { locations }), ...(path !== undefined && { path }) };
  const told = toldOf(thrownError(error));
  if (told !== undefined) return { message: told.message, ...place, extensions: told.extensions };
  const code = formatted.extensions?.['code'];
  if (isWordedByServer(code)) {
    return { message: formatted.message, ...place, extensions: { code } };
  }
  return { message: MASKED, ...place, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}
