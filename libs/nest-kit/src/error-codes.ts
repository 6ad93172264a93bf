/**
 * Every code that a user error may carry, with what it means, in the order in which they came to be. Append only: clients rely on
 * them. A test finds every DomainError of the sources in this list.
 */
export const errorMeanings = {
  REFUSED: 'A rule of the domain refused the entry, for the reason in the message.',
  CONFLICT: 'Somebody else changed the same thing first. Read it again, then repeat the entry on top of it.',
  IDEMPOTENCY_KEY_REUSED:
    'The idempotency key was used before with another input. Repeat that input, or draw a new key.',
  EFFECTIVE_IN_FUTURE: 'A day lies after today, where only what is true already can be entered.',
  TOO_LARGE: 'The entry, or the page that was asked for, is larger than the limit in the message.',
  ID_UNKNOWN: 'An id names nothing of the kind that is needed here. Take ids as answers give them.',
  ORGANISATION_UNKNOWN: 'No organisation has this code or id.',
  ASSESSMENT_HANDED_IN: 'The assessment is handed in or accepted. Revise it with a reason before it is changed.',
  ASSESSMENT_INCOMPLETE: 'Items without an answer are left. "Unknown" and "not applicable" with a reason are answers.',
  CELLS_MISSING: 'The entry says nothing about any focus area.',
  CODE_TAKEN: 'Another organisation has this identifier on that day.',
  CYCLE_ALREADY_OPEN: 'The subject has an open cycle in this school year. Go on with it, or abandon it with a reason.',
  CYCLE_ENDED: 'The cycle was completed or abandoned and takes no more entries.',
  CYCLE_NOT_FOUND: 'There is no such exploration cycle. Open one first.',
  DATE_TOO_FAR: 'A date is none between 1900 and 2199, or lies further ahead than may be planned.',
  DUPLICATE_CELL: 'The same line stands twice in one entry.',
  FOLLOW_UP_CLOSED: 'The follow-up has ended. Open another to ask again.',
  FOLLOW_UP_NOT_FOUND: 'The district has no such follow-up in this school year.',
  FOLLOW_UP_UNANSWERED: 'The follow-up cannot end as answered while an area of it is unknown.',
  IDENTIFIER_INVALID:
    'An identifier does not have the form of its scheme. Identifiers are texts with their leading zeros.',
  LABEL_MISFIT: 'The label does not belong to this kind of organisation.',
  LEADER_ROLE_MISSING: 'A commitment names the role of the leader.',
  NEED_NOT_FOUND: 'The cycle has no such need.',
  NOTE_MISSING: 'OTHER was chosen as focus area, and the note does not say which.',
  ORGANISATIONS_LEFT: 'Open organisations stand under the one that is to be closed. Place or close them first.',
  ORGANISATION_CLOSED: 'The organisation has ended by that day and takes nothing new.',
  ORGANISATION_EXISTS: 'The organisation is in the record already.',
  OWNER_MISSING: 'The entry needs the role that is responsible.',
  PARENT_CLOSED: 'The organisation to place it under has closed by that day.',
  PARENT_MISFIT: 'An organisation of this kind does not stand under one of that kind, or of another state.',
  PARENT_UNKNOWN: 'The organisation to place it under is not in the record.',
  PLACEMENT_AFTER_CLOSING:
    'The organisation is placed anew after the day on which it is to close. Withdraw that placement first.',
  PLACEMENT_DATE_TAKEN: 'Another placement of the organisation begins on that day.',
  PLAN_NOT_FOUND: 'The plan was not noted before.',
  QUANTITY_BELOW_ZERO: 'A quantity is not below zero.',
  QUANTITY_WITHOUT_UNIT: 'A quantity and its unit come together or not at all.',
  QUESTION_SET_FIXED: 'The first answer of a cycle fixes its question set.',
  REASON_MISSING: 'The entry needs a reason, in a few words.',
  SCHOOL_YEAR_TOO_FAR: 'The school year lies further ahead than the next one.',
  STATEMENT_NOT_FOUND: 'There is no such entry to correct or withdraw.',
  STATEMENT_WITHDRAWN: 'The entry was withdrawn, which is final. State it anew.',
  STATE_UNKNOWN: 'A state is written as two capital letters.',
  STRENGTH_OUT_OF_RANGE: 'The strength of a need runs from 1 to 5.',
  STRENGTH_WITHOUT_NEED: 'A strength was given where no need is stated.',
  SUCCESSOR_MISFIT: 'The successor is not in the record, is of another kind, or closes itself.',
  TEXT_INVALID: 'A text is empty, too long, or holds line breaks or control characters.',
  TIME_ZONE_UNKNOWN: 'The time zone is not one of the IANA list, such as America/Detroit.',
  TITLE_MISSING: 'A plan and its goal have titles.',
  UNKNOWN_ITEM: 'The question set has no such item.',
  UNKNOWN_QUESTION_SET: 'There is no such question set.',
  WRONG_LINEAGE: 'The question set belongs to another line of question sets than the cycle.',
  WRONG_STATE: 'The assessment is not in a state in which this can be done.',
  WRONG_SUBJECT: 'The question set is for another kind of organisation.',
  WRONG_SUPPORT_TYPE: 'A district asks for training, coaching or data coordination.',
  PERSON_NOT_FOUND: 'There is no such person in the record.',
  PERSON_EXISTS: 'The person is registered already.',
  ROLE_NOT_FOR_ORGANISATION: 'The role is not granted for this kind of organisation.',
  GRANT_EMPTY: 'The grant would end before it begins.',
  GRANT_EXISTS: 'The person has this grant already.',
  GRANT_NOT_FOUND: 'The person has no such grant.',
  GRANT_ENDED: 'The grant has ended already.',
  ACCOUNT_LINKED: 'The account stands for another person already.',
  PLACEMENT_UNKNOWN: 'The organisation has no such placement.',
  PLACEMENT_WITHDRAWN: 'The placement was withdrawn, which is final.',
  FILE_TOO_LARGE: 'The file is larger than the limit in the message.',
  FILE_NOT_UTF8: 'The file is not encoded as UTF-8.',
  FILE_MALFORMED: 'The file cannot be read as CSV. Nothing was changed.',
  FILE_EMPTY: 'The file has no rows. Nothing was changed.',
  COLUMN_MISSING: 'The file lacks a column that the mapping needs.',
  COLUMN_REPEATED: 'A column that the mapping needs stands twice in the file.',
  STUDENT_DATA: 'The file holds a column about single students, which this system never takes.',
  MAPPING_INVALID: 'The mapping of columns is not usable.',
  MAPPING_UNKNOWN: 'There is no mapping of this name.',
  QUESTION_UNKNOWN: 'There is no such question, or no longer in this version.',
  SCOPE_MISSING: 'A question is asked about one organisation or one state.',
  INPUT_UNKNOWN: 'The question does not take this input.',
  LIST_MOVED_ON:
    'A page of a list was asked for at other dials than the page before. Give `asOf` as that page shows it, or begin again.',
  INPUT_INVALID: 'An input of the question is missing, given twice, or written wrongly.',
  EVENT_UNKNOWN: 'There is no such event in the record.',
  RECORDED_IN_FUTURE: 'What will be known later is not known yet.',
  ANSWER_DOES_NOT_FIT: 'An answer does not have the parts that its item declares, or a part not its type.',
  NEED_INCOMPLETE: 'A need says what it is, and for which focus area.',
  SOURCE_MISSING: 'A need names at least one source with its date.',
  SURVEY_UNREADABLE: 'The survey cannot be read. Nothing was changed.',
  WRONG_AGENCY: 'The district does not stand under this agency.',
  PROJECTION_UNKNOWN: 'There are no read tables of this name.',
  READ_TABLES_BEHIND:
    'The entry is recorded, as the receipt says; the tables do not show it yet. Read again in a moment.',
  STATED_AFTER_CLOSING:
    'Entries about the organisation hold from after the last day given. Withdraw or abandon them first.',
  SCOPE_MISFIT:
    'The question is not asked about a record of this kind. Name an agency, a district or a state, as its message says.',
  NOT_CLOSED: 'The organisation has no last day in the record.',
  REST_REFUSED:
    'A part of the request was recorded while its right held, as the receipt says. The rest needs the right.',
  INITIATIVE_NOT_FOUND: 'There is no such initiative, or it was taken back.',
  INITIATIVE_NAME_TAKEN: 'An initiative of this name runs in the inventory already.',
  INITIATIVE_OVER: 'The initiative ended, was merged or de-selected, and takes nothing new.',
  INITIATIVE_IN_USE: 'Other entries rest on the initiative. Withdraw those first, or end it.',
  STATUS_OF_OTHER_ENTRY: 'The status comes from the registration or from a review. Withdraw that.',
  END_BEFORE_START: 'Something would end before it begins.',
  MANDATE_MISFIT: 'A mandate was said not to exist, and cited.',
  MEASURE_MISFIT: 'A measure was named where nothing is said to be measured.',
  RELATION_TO_ITSELF: 'A relation links two different initiatives, or an initiative and a focus area.',
  NO_CONFLICT: 'No conflict is judged between the two.',
  MERGE_MISFIT: 'A merger names another initiative of the same inventory that runs, and nothing else does.',
} as const;

export type ErrorCode = keyof typeof errorMeanings;
export const errorCodes = Object.keys(errorMeanings) as ErrorCode[];

/**
 * Codes of errors that answer for a whole request or field, in `extensions.code`: nothing was decided about an entry, or the
 * caller may not ask.
 */
export const requestErrorMeanings = {
  UNAUTHENTICATED: 'There is no token, or it does not hold. Sign in again.',
  FORBIDDEN: 'A right is missing; `missing` says which.',
  BAD_REQUEST: 'The request or an input does not have the shape it needs; `fields` says where.',
  BAD_USER_INPUT: 'A variable does not have the type that the operation declares.',
  GRAPHQL_PARSE_FAILED: 'The text is not GraphQL.',
  GRAPHQL_VALIDATION_FAILED:
    'The operation does not fit the schema, or goes beyond a limit of depth, aliases or directives.',
  OPERATION_RESOLUTION_FAILURE: 'The text holds several operations, and none or no known one was named.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'Send the text of the operation; persisted queries are not kept.',
  QUERY_TOO_COMPLEX: 'The operation may cost more than the limit. Ask for fewer fields or smaller pages.',
  READ_TABLES_BEHIND: 'The tables have not reached the position asked for. Ask again in a moment.',
  AT_LEAST_UNKNOWN: 'The header `x-waymark-at-least` names no position and no event of this record.',
  STORE_UNAVAILABLE:
    'The record cannot be reached or written just now; `reason` says why. Repeat with the same idempotency key.',
  BUSY: 'Somebody else changes the same thing just now, and took too long. Repeat in a moment, with the same idempotency key.',
  INTERNAL_SERVER_ERROR: 'A fault on our side. Report it with the `x-request-id`.',
} as const;

/** The code if it is listed, else REFUSED: an answer never fails because a code was forgotten. */
export function listedCode(code: string): ErrorCode {
  return Object.hasOwn(errorMeanings, code) ? (code as ErrorCode) : 'REFUSED';
}
