import { type Entry, inForce, type Standing } from '@waymark/kernel';
import { globalId, statementOf } from '@waymark/nest-kit';
import { commitmentWarning, isGap, statusOf } from './exploration-cycle-answers.js';
import type { Evidence, LeadershipCommitment } from './exploration-cycle-commands.js';
import type { ItemContent, NeedContent } from './exploration-cycle-state.js';
import { type AssessmentRecords, type CycleRow, type Submission } from './exploration-cycle.projection.js';
import { type Assessment, assessments } from './exploration-cycle.events.js';
import type {
  AssessmentSubmission,
  CountyNeedView,
  EvidenceView,
  ExplorationAssessment,
  ExplorationCycle,
  ExplorationItem,
  ExplorationWarning,
  ItemStatement,
  LeadershipCommitmentView,
} from './exploration-cycle.views.js';
import { type CycleDetails, cycleId } from './exploration.reads.js';
import type { QuestionItemView, QuestionSetView } from './question-set.views.js';
import type { AnswerValue, QuestionItem, QuestionSet } from './question-set.js';
import { itemsOf, questionSet } from './question-sets.js';

/** A cycle as clients see it; what was said in it is read on demand, by the row. */
export function cycleView(row: CycleRow): ExplorationCycle & { readonly row: CycleRow } {
  return {
    row,
    id: globalId('ExplorationCycle', cycleId(row)),
    organisationId: globalId('Organisation', row.subject),
    subjectKind: row.subject_kind,
    schoolYear: row.school_year,
    lineage: row.lineage,
    cycle: row.cycle,
    questionSet: row.question_set,
    state: row.state,
    openedOn: row.opened_on,
    endedOn: row.ended_on,
    endReason: row.end_reason,
  };
}

export function questionSetView(set: QuestionSet): QuestionSetView {
  return { ...set, items: set.items.map(questionView) };
}

/** The three assessments with their items as they stand and as they stood at each submission. */
export function assessmentViews(row: CycleRow, details: CycleDetails): ExplorationAssessment[] {
  const records = row.assessments as unknown as AssessmentRecords;
  return assessments.map((assessment) => {
    const record = records[assessment];
    const items = itemViews(row, details, assessment);
    return {
      assessment,
      state: record.state,
      gapCount: items.filter((item) => item.isGap).length,
      items,
      submissions: record.submissions.map((submission) => submissionView(row, details, assessment, submission)),
    };
  });
}

function submissionView(
  row: CycleRow,
  details: CycleDetails,
  assessment: Assessment,
  submission: Submission,
): AssessmentSubmission {
  const { position, steps, ...rest } = submission;
  return {
    ...rest,
    steps: steps.map((step) => ({
      ...step,
      reasons: step.reasons.map(({ item, reason }) => ({ item: item ?? null, reason })),
    })),
    items: itemViews(row, details, assessment, position),
    needs: assessment === 'NEEDS' ? needViews(details, position) : [],
    commitment: assessment === 'CAPACITY' ? commitmentView(details, position) : null,
  };
}

function itemViews(row: CycleRow, details: CycleDetails, assessment: Assessment, upTo = Infinity): ExplorationItem[] {
  const needs = needsInForce(details, upTo).map((need) => need.content);
  const commitment = inForce(details.commitment, upTo)?.content;
  return itemsOf(questionSet(row.question_set), assessment).map((item) => {
    const stored = details.items.get(item.item);
    const said = (stored?.said ?? []).filter((entry) => entry.position <= upTo);
    const current = inForce(said);
    const { status, missingParts } = statusOf(item, { content: current?.content, needs, commitment });
    return {
      ...questionView(item),
      status,
      isGap: isGap(status),
      missingParts: [...missingParts],
      ...ownerView(stored),
      answer: current === undefined ? null : itemStatement(current),
      history: said.map(itemStatement),
    };
  });
}

function ownerView(stored: ReturnType<CycleDetails['items']['get']>) {
  const { owner_role: ownerRole = null, owner_id: ownerId = null, due_on: dueOn = null } = stored ?? {};
  return { ownerRole, ownerId: ownerId === null ? null : globalId('Person', ownerId), dueOn };
}

function questionView(item: QuestionItem): QuestionItemView {
  const parts = item.parts.map(({ codes, ...part }) => ({ ...part, codes: codes === undefined ? null : [...codes] }));
  return { item: item.item, assessment: item.assessment, text: item.text, answeredBy: item.answeredBy, parts };
}

function itemStatement(entry: Entry<ItemContent>): ItemStatement {
  const answer = entry.content?.answer;
  return {
    ...statementOf(entry),
    state: answer?.kind ?? null,
    parts:
      answer?.kind === 'ANSWERED' ? answer.parts.map(({ part, value }) => ({ part, value: valueView(value) })) : [],
    noAnswerReason: answer === undefined || answer.kind === 'ANSWERED' ? null : answer.reason,
    evidence: evidenceViews(entry.content?.evidence ?? []),
  };
}

/** The value in the shape of its view class; members that are absent are null. */
function valueView(value: AnswerValue): object {
  switch (value.kind) {
    case 'THREE_WAY':
      return { kind: value.kind, threeWay: value.choice };
    case 'QUANTITY':
      return { kind: value.kind, quantity: value.amount, unit: value.unit };
    case 'INITIATIVE': {
      const owner = value.ownerId === undefined ? null : globalId('Organisation', value.ownerId);
      return { kind: value.kind, name: value.name, ownerOrganisationId: owner };
    }
    case 'RELATION':
      return { ...value, staffGroups: value.staffGroups ?? [] };
    default:
      return value;
  }
}

function evidenceViews(sources: readonly Evidence[]): EvidenceView[] {
  return sources.map(({ kind, seenOn, reference }) => ({ kind, seenOn, reference: reference ?? null }));
}

function needsInForce(details: CycleDetails, upTo = Infinity): Standing<NeedContent>[] {
  return details.needs
    .map((entries) => inForce(entries, upTo))
    .filter((need) => need !== undefined)
    .sort((a, b) => a.rootPosition - b.rootPosition);
}

/** The county needs in force, in the order in which they were first stated. */
export function needViews(details: CycleDetails, upTo = Infinity): CountyNeedView[] {
  return needsInForce(details, upTo).map((need) => ({
    ...statementOf(need),
    needId: need.content.needId,
    focusArea: need.content.focusArea,
    statement: need.content.statement,
    strength: need.content.strength ?? null,
    sources: evidenceViews(need.content.sources),
  }));
}

/** The commitment of leadership in force, or null. */
export function commitmentView(details: CycleDetails, upTo = Infinity): LeadershipCommitmentView | null {
  const standing: Standing<LeadershipCommitment> | undefined = inForce(details.commitment, upTo);
  return standing === undefined ? null : { ...statementOf(standing), ...standing.content };
}

/** what to look at; nothing is refused for it. */
export function warningViews(details: CycleDetails): ExplorationWarning[] {
  const standing = inForce(details.commitment);
  const message = standing === undefined ? undefined : commitmentWarning(standing.content);
  return message === undefined ? [] : [{ code: 'COMMITMENT_WITHOUT_RESOURCES', message, rule: 'R-17' }];
}
