import { type CivilDate, DomainError, requireNotInFuture, requireReason } from '@waymark/kernel';
import type { Evidence, ItemAnswer, LeadershipCommitment } from './exploration-cycle-commands.js';
import type { ItemContent, NeedContent } from './exploration-cycle-state.js';
import type { AnswerValue, PartDefinition, QuestionItem } from './question-set.js';

/** UNANSWERED and PARTLY_ANSWERED items are gaps; the others may be submitted. */
export type ItemStatus = 'UNANSWERED' | 'PARTLY_ANSWERED' | 'ANSWERED' | 'UNKNOWN' | 'NOT_APPLICABLE';

/** What is in force for an item and for the statements that may answer it. */
export interface SaidToItem {
  readonly content?: ItemContent | undefined;
  readonly needs: readonly NeedContent[];
  readonly commitment?: LeadershipCommitment | undefined;
}

/** How far an item is answered, and which required parts are missing. */
export function statusOf(
  item: QuestionItem,
  said: SaidToItem,
): { status: ItemStatus; missingParts: readonly string[] } {
  if (item.answeredBy === 'COUNTY_NEEDS' && said.needs.length > 0) return { status: 'ANSWERED', missingParts: [] };
  if (item.answeredBy === 'LEADERSHIP_COMMITMENT' && said.commitment !== undefined) {
    return { status: 'ANSWERED', missingParts: [] };
  }
  const answer = said.content?.answer;
  if (answer === undefined) return { status: 'UNANSWERED', missingParts: requiredParts(item) };
  if (answer.kind !== 'ANSWERED') return { status: answer.kind, missingParts: [] };
  const there = new Set(answer.parts.map((given) => given.part));
  const missingParts = requiredParts(item).filter((code) => !there.has(code));
  return { status: missingParts.length === 0 ? 'ANSWERED' : 'PARTLY_ANSWERED', missingParts };
}

export function isGap(status: ItemStatus): boolean {
  return status === 'UNANSWERED' || status === 'PARTLY_ANSWERED';
}

function requiredParts(item: QuestionItem): string[] {
  return item.parts.filter((definition) => definition.required).map((definition) => definition.part);
}

function refuse(message: string, ...path: string[]): never {
  throw new DomainError('ANSWER_DOES_NOT_FIT', message, { rule: 'R-12', path: ['answer', ...path] });
}

/** each part is declared, of the declared kind and within its codes; R-11: "unknown" and "not applicable" say why. */
export function requireAnswerFits(item: QuestionItem, answer: ItemAnswer, today: CivilDate): void {
  if (answer.kind !== 'ANSWERED') {
    requireReason(answer.reason, ['answer', 'reason'], 'R-11');
    return;
  }
  if (item.answeredBy === 'COUNTY_NEEDS') {
    refuse(
      `${item.item} is answered by stating needs. State a county need, or say here "unknown" or "not applicable".`,
    );
  }
  if (item.answeredBy === 'LEADERSHIP_COMMITMENT') {
    refuse(
      `${item.item} is answered by stating the commitment of leadership, or here by "unknown" or "not applicable".`,
    );
  }
  if (answer.parts.length === 0)
    refuse('An answer has at least one part. Say "unknown" with a reason instead.', 'parts');
  const seen = new Set<string>();
  answer.parts.forEach(({ part: code, value }, index) => {
    const path = ['parts', String(index)];
    const definition = item.parts.find((candidate) => candidate.part === code);
    if (definition === undefined) {
      const known = item.parts.map((candidate) => candidate.part).join(', ');
      return refuse(`${item.item} has no such part. Its parts: ${known}.`, ...path);
    }
    if (seen.has(code) && !definition.repeatable)
      refuse(`The part ${code} of ${item.item} is given once only.`, ...path);
    seen.add(code);
    requireValueFits(definition, value, today, path);
  });
}

function requireValueFits(definition: PartDefinition, value: AnswerValue, today: CivilDate, path: string[]): void {
  if (value.kind !== definition.kind) {
    refuse(`The part ${definition.part} is answered by ${definition.kind}, not by ${value.kind}.`, ...path);
  }
  const { codes } = definition;
  const wrong = codes === undefined ? undefined : codesIn(value).find((code) => !codes.includes(code));
  if (wrong !== undefined) refuse(`The part ${definition.part} takes one of: ${codes!.join(', ')}.`, ...path);
  const fault = faultOf(value);
  if (fault !== undefined) refuse(fault, ...path);
  if ((value.kind === 'DATA_SET' || value.kind === 'PLAN') && value.seenOn !== undefined) {
    requireNotInFuture(value.seenOn, today, ['answer', ...path]);
  }
}

/** The codes of a value that a part definition may restrict. */
function codesIn(value: AnswerValue): readonly string[] {
  switch (value.kind) {
    case 'CHOICE':
      return [value.choice];
    case 'CHOICES':
      return value.choices;
    case 'QUANTITY':
      return [value.unit];
    case 'PLAN':
      return [value.planKind];
    case 'RELATION':
      return [value.relation];
    case 'LEARNING_NEED':
      return [value.audience];
    case 'CHANGE':
      return [value.status];
    default:
      return [];
  }
}

type FaultsByKind = {
  readonly [K in AnswerValue['kind']]?: (value: Extract<AnswerValue, { kind: K }>) => string | undefined;
};

const blank = (text: string) => text.trim() === '';
const when = (fault: boolean, message: string) => (fault ? message : undefined);

/** Faults of a value that its shape alone does not show. */
const faults: FaultsByKind = {
  TEXT: ({ text }) => when(blank(text), 'The text is empty. Write something, or say "unknown" with a reason.'),
  SCALE5: ({ level }) => when(level < 1 || level > 5, 'The scale runs from 1 to 5.'),
  CHOICES: ({ choices }) => listFault(choices),
  FOCUS_AREAS: ({ focusAreas }) => listFault(focusAreas),
  QUANTITY: ({ amount }) => when(amount < 0, 'A quantity is not below zero.'),
  DATA_SET: ({ title, finding }) => when(blank(title) || blank(finding), 'Name the data set and what it shows.'),
  PLAN: ({ title }) => when(blank(title), 'Name the plan.'),
  INITIATIVE: ({ name }) => when(blank(name), 'Name the initiative.'),
  RELATION: ({ initiative, relation, staffGroups }) =>
    when(blank(initiative), 'Name the initiative.') ??
    when(
      relation === 'OVER_EXTENDS_STAFF' && (staffGroups ?? []).length === 0,
      'Name the staff groups that would be over-extended (groups, not persons).',
    ),
  RESOURCE: ({ resource, amount, unit }) =>
    when(!/^\d{1,12}(\.\d{1,4})?$/.test(amount), 'Give the amount as a decimal number such as 0.5.') ??
    when(
      resource === 'MONEY' && (unit !== 'USD_CENTS' || amount.includes('.')),
      'Give money in whole US cents with the unit USD_CENTS.',
    ),
  LEARNING_NEED: ({ staffRole, topic }) => when(blank(staffRole) || blank(topic), 'Name the staff role and the topic.'),
  CHANGE: ({ change, ownerRole }) =>
    when(blank(change) || blank(ownerRole), 'Name the change and the role that owns it.'),
};

function listFault(members: readonly string[]): string | undefined {
  if (members.length === 0) return 'Choose at least one, or say "unknown" with a reason.';
  return when(new Set(members).size !== members.length, 'The same choice stands twice.');
}

function faultOf(value: AnswerValue): string | undefined {
  const check = faults[value.kind] as ((of: AnswerValue) => string | undefined) | undefined;
  return check?.(value);
}

/** nothing was seen on a day that has not come yet. */
export function requireEvidenceSeen(evidence: readonly Evidence[], today: CivilDate, path: string): void {
  evidence.forEach(({ seenOn }, index) => requireNotInFuture(seenOn, today, [path, String(index), 'seenOn']));
}

/** one focus area (by its shape) and at least one source with a date; strength runs from 1 to 5. */
export function requireNeedComplete(need: Omit<NeedContent, 'needId'>, today: CivilDate): void {
  const refuseNeed = (code: string, message: string, member: string): never => {
    throw new DomainError(code, message, { rule: 'R-13', path: ['need', member] });
  };
  if (blank(need.statement)) refuseNeed('NEED_INCOMPLETE', 'Say what the need is.', 'statement');
  if (need.sources.length === 0) {
    refuseNeed('SOURCE_MISSING', 'Name at least one source with its date: a survey, a plan, a data set.', 'sources');
  }
  if (need.strength !== undefined && (need.strength < 1 || need.strength > 5)) {
    refuseNeed('NEED_INCOMPLETE', 'The strength runs from 1 (slight) to 5 (pressing).', 'strength');
  }
  requireEvidenceSeen(need.sources, today, 'sources');
}

/** the leader's role and the date are there; R-11: "unknown" says why. */
export function requireCommitmentComplete(
  commitment: LeadershipCommitment,
  reason: string | undefined,
  today: CivilDate,
): void {
  if (blank(commitment.leaderRole)) {
    throw new DomainError('LEADER_ROLE_MISSING', 'Name the role of the leader, such as superintendent; no name.', {
      rule: 'R-17',
      path: ['commitment', 'leaderRole'],
    });
  }
  requireNotInFuture(commitment.committedOn, today, ['commitment', 'committedOn']);
  if (commitment.understandsResources === 'UNKNOWN') requireReason(reason, ['reason'], 'R-11');
}

/** a commitment without confirmed understanding of the resources raises a warning; it refuses nothing. */
export function commitmentWarning(commitment: LeadershipCommitment): string | undefined {
  if (commitment.supports === 'NO' || commitment.understandsResources === 'YES') return undefined;
  return 'Leadership supports the work, but it is not confirmed that it knows which resources that takes.';
}
