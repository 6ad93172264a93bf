import type { Decided, EventId, OrganisationId } from '@waymark/kernel';
import { idOf, someMeta } from '@waymark/kernel/testing';
import * as c from '../exploration-cycle-commands.js';
import type { ExplorationCycleEvent } from '../exploration-cycle.events.js';
import { questionSet } from '../question-sets.js';

export const subjectId = idOf<OrganisationId>('lakeshore');
export const key = { subjectId, schoolYear: '2025-26', lineage: 'mimtss-isd' };
export const place = { ...key, cycle: 1 };
export const about = { agency: subjectId };
export const open = { kind: 'SERVICE_AGENCY' };
/** Events and commands of one agency's cycle, for given-when-then. */
export type Event = Decided<ExplorationCycleEvent> & { eventId?: EventId };

export const opened: Event = {
  type: 'ExplorationCycleOpened',
  data: { ...place, subjectKind: 'AGENCY', questionSet: 'mimtss-isd-2022' },
};
export const text = (value: string) => ({ kind: 'TEXT' as const, text: value });
export const understanding: c.ItemAnswer = {
  kind: 'ANSWERED',
  parts: [
    { part: 'shared', value: { kind: 'THREE_WAY', choice: 'PARTLY' } },
    { part: 'clarity', value: { kind: 'SCALE5', level: 3 } },
  ],
};
export const unknown = { kind: 'UNKNOWN' as const, reason: 'the survey is out' };

export function answered(item: string, answer: c.ItemAnswer = unknown, more: Partial<Event> = {}): Event {
  const assessment = questionSet('mimtss-isd-2022').items.find((candidate) => candidate.item === item)!.assessment;
  return { type: 'ItemAnswered', data: { ...place, assessment, item, answer, evidence: [] }, ...more } as Event;
}
export function allAnswered(assessment: 'NEEDS' | 'FIT' | 'CAPACITY'): Event[] {
  const items = questionSet('mimtss-isd-2022').items.filter((item) => item.assessment === assessment);
  return items.map((item) => answered(item.item));
}
export function submitted(assessment: 'NEEDS' | 'FIT' | 'CAPACITY', submission = 1): Event {
  return { type: 'AssessmentSubmitted', data: { ...place, assessment, submission } };
}
export function accepted(assessment: 'NEEDS' | 'FIT' | 'CAPACITY', submission = 1): Event {
  return { type: 'AssessmentAccepted', data: { ...place, assessment, submission } };
}
export function answerItem(item: string, answer: c.ItemAnswer, more: { basedOn?: EventId; effectiveOn?: string } = {}) {
  return new c.AnswerItem(key, { item, answer, evidence: [], ...more }, about, someMeta());
}
export function openCycle(data: Partial<c.OpenExplorationCycle['data']> = {}, on: Partial<c.CycleKey> = {}) {
  const all = { questionSet: 'mimtss-isd-2022', basis: open, ...data };
  return new c.OpenExplorationCycle({ ...key, ...on }, all, about, someMeta());
}
export const need = {
  focusArea: 'SEBH' as const,
  statement: 'Behavior support differs from school to school',
  strength: 4,
  sources: [{ kind: 'SURVEY' as const, seenOn: '2025-10-01' }],
};
export const stateNeed = (data: Partial<c.StateCountyNeed['data']> = {}) =>
  new c.StateCountyNeed(key, { need, ...data }, about, someMeta());
export const commitment = {
  supports: 'YES' as const,
  leaderRole: 'superintendent',
  committedOn: '2025-10-02',
  understandsResources: 'NO' as const,
};
export const stateCommitment = (over: Partial<c.LeadershipCommitment> = {}, reason?: string) =>
  new c.StateLeadershipCommitment(key, { commitment: { ...commitment, ...over }, reason }, about, someMeta());
export const id = (name: string) => idOf<EventId>(`event ${name}`);
