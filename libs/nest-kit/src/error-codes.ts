/**
 * Every code a refusal may carry, in the order in which they came to be. Append only: clients rely on them.
 * A test finds every DomainError of the sources in this list.
 */
export const errorCodes = [
  'REFUSED',
  'CONFLICT',
  'IDEMPOTENCY_KEY_REUSED',
  'EFFECTIVE_IN_FUTURE',
  'TOO_LARGE',
  'ID_UNKNOWN',
  'ORGANISATION_UNKNOWN',
  'PERSON_NOT_FOUND',
  'PERSON_EXISTS',
  'ROLE_NOT_FOR_ORGANISATION',
  'GRANT_EMPTY',
  'GRANT_EXISTS',
  'GRANT_NOT_FOUND',
  'GRANT_ENDED',
  'ACCOUNT_LINKED',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** The code if it is listed, else REFUSED: an answer never fails because a code was forgotten. */
export function listedCode(code: string): ErrorCode {
  return (errorCodes as readonly string[]).includes(code) ? (code as ErrorCode) : 'REFUSED';
}
