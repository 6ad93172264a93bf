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
  'IDENTIFIER_INVALID',
  'CODE_TAKEN',
  'ORGANISATION_EXISTS',
  'ORGANISATION_CLOSED',
  'PARENT_UNKNOWN',
  'PARENT_MISFIT',
  'PARENT_CLOSED',
  'PLACEMENT_UNKNOWN',
  'PLACEMENT_WITHDRAWN',
  'PLACEMENT_DATE_TAKEN',
  'PLACEMENT_AFTER_CLOSING',
  'SUCCESSOR_MISFIT',
  'ORGANISATIONS_LEFT',
  'LABEL_MISFIT',
  'STATE_UNKNOWN',
  'TIME_ZONE_UNKNOWN',
  'TEXT_INVALID',
  'DATE_TOO_FAR',
  'FILE_TOO_LARGE',
  'FILE_NOT_UTF8',
  'FILE_MALFORMED',
  'FILE_EMPTY',
  'COLUMN_MISSING',
  'COLUMN_REPEATED',
  'STUDENT_DATA',
  'MAPPING_INVALID',
  'MAPPING_UNKNOWN',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** The code if it is listed, else REFUSED: an answer never fails because a code was forgotten. */
export function listedCode(code: string): ErrorCode {
  return (errorCodes as readonly string[]).includes(code) ? (code as ErrorCode) : 'REFUSED';
}
