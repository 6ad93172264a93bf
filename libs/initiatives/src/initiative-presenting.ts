import { type Entry, inForce, inForceByKey, type Standing } from '@waymark/kernel';
import { globalId, statementOf } from '@waymark/nest-kit';
import type { Description, Rating, Relation } from './initiative-commands.js';
import { type ImportedDescription, staffKey, staffKeys, statusOf, type Cells } from './initiative-state.js';
import { type InitiativeRow } from './initiative.projection.js';
import { type JudgedPair, recordOf } from './initiative.reads.js';
import type {
  HexagonRating,
  Initiative,
  InitiativeDescription,
  InitiativeRelationView,
  InitiativeReview,
  InitiativeStatement,
  StaffPromise,
} from './initiative.views.js';

/** An initiative as clients see it; relations and staff are read on demand, by the row. */
export function initiativeView(row: InitiativeRow): Initiative & { readonly row: InitiativeRow } {
  const record = recordOf(row);
  const reviews = Object.entries(record.reviews);
  return {
    row,
    id: globalId('Initiative', row.initiative_id),
    organisationId: globalId('Organisation', row.owner),
    level: record.level,
    status: statusOf(record)!,
    statusStatement: said('STATUS', inForce(record.statuses)!),
    description: descriptionView(inForce(record.descriptions)!),
    reviews: reviews.flatMap(([reviewId, entries]) => reviewView(reviewId, entries)),
    rating: ratingView(record.ratings),
    history: [
      ...record.descriptions.map((entry) => said('DESCRIPTION', entry)),
      ...record.statuses.filter(notOf(reviews.flatMap(([, entries]) => entries))).map((entry) => said('STATUS', entry)),
      ...reviews.flatMap(([, entries]) => entries.map((entry) => said('REVIEW', entry))),
      ...record.ratings.map((entry) => said('RATING', entry)),
    ].sort((a, b) => a.position - b.position),
  };
}

function notOf(others: readonly Entry<unknown>[]): (entry: Entry<unknown>) => boolean {
  const known = new Set(others.map(({ eventId }) => eventId));
  return ({ eventId }) => !known.has(eventId);
}

function said(what: string, entry: Entry<unknown>): InitiativeStatement & { position: number } {
  return { what, ...statementOf(entry), position: entry.position };
}

/** Members that say nothing are null. */
export function descriptionView(standing: Standing<ImportedDescription>): InitiativeDescription {
  const d: Description = standing.content;
  const nothing = { summary: null, leadRole: null, mandateCitation: null, startsOn: null, plannedEndOn: null };
  const more = { stage: null, annualCost: null, training: null, coaching: null, fidelityLatest: null };
  return {
    ...{ ...nothing, ...more, ...d },
    focusAreas: [...d.focusAreas],
    tiers: [...d.tiers],
    mtssComponents: [...d.mtssComponents],
    expectedOutcomes: [...d.expectedOutcomes],
    fundingSources: [...d.fundingSources],
    population: d.population === undefined ? null : populationView(d.population),
    scale: d.scale.map(({ unit, intended, actual }) => ({ unit, intended: intended ?? null, actual: actual ?? null })),
    fidelityMeasure: { state: d.fidelityMeasure.state, name: d.fidelityMeasure.name ?? null },
    outcomeMeasure: { state: d.outcomeMeasure.state, name: d.outcomeMeasure.name ?? null },
    alignedPlans: [...d.alignedPlans],
    statement: said('DESCRIPTION', standing),
  } as InitiativeDescription;
}

function populationView({ grades, group, staff }: NonNullable<Description['population']>) {
  return { grades: [...grades], group: group ?? null, staff: staff ?? null };
}

function reviewView(reviewId: string, entries: ReturnType<typeof recordOf>['reviews'][string]): InitiativeReview[] {
  const standing = inForce(entries);
  if (standing === undefined) return [];
  const { decision, explanation, restsOn, mergedInto } = standing.content;
  const into = mergedInto === undefined ? null : globalId('Initiative', mergedInto);
  const statement = said('REVIEW', standing);
  return [{ reviewId, decision, explanation, restsOn: [...restsOn], mergedInto: into, statement }];
}

function ratingView(entries: readonly Entry<Rating>[]): HexagonRating | null {
  const standing = inForce(entries);
  if (standing === undefined) return null;
  const { roles, note = null, ...indicators } = standing.content;
  return { ...indicators, roles: [...roles], note, statement: said('RATING', standing) };
}

/** The judgement of a pair that is in force; none when it was taken back. */
export function relationView({ owner, entries, resolution }: JudgedPair): InitiativeRelationView[] {
  const standing = inForce<Relation>(entries);
  if (standing === undefined) return [];
  const { initiativeId, to, relation, explanation, staffGroups } = standing.content;
  const resolved = relation === 'CONFLICTS' ? resolution : undefined;
  const view = {
    organisationId: globalId('Organisation', owner),
    initiativeId: globalId('Initiative', initiativeId),
    toInitiativeId: to.kind === 'INITIATIVE' ? globalId('Initiative', to.initiativeId) : null,
    toFocusArea: to.kind === 'FOCUS_AREA' ? to.focusArea : null,
    ...{ relation, explanation, staffGroups: [...staffGroups] },
    resolution: resolved?.resolution ?? null,
    resolvedOn: resolved?.on ?? null,
    statement: said('RELATION', standing),
  };
  return [view];
}

/** What is promised in a school year, a line per staff group. */
export function promiseViews(schoolYear: string, entries: readonly Entry<Cells>[]): StaffPromise[] {
  return [...inForceByKey(entries, staffKeys)].map(([group, standing]) => {
    const { staffGroup, fte = null } = standing.content.cells.find((cell) => staffKey(cell) === group)!;
    return { schoolYear, staffGroup, fte, statement: said('STAFF', standing) };
  });
}
