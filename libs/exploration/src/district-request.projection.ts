import type { Recorded } from '@waymark/kernel';
import { type Json, readTable, type RowOf, rowProjection } from '@waymark/read-store';
import { type DistrictState, evolveDistrict, nothingSaid } from './district-request-state.js';
import type { DistrictRequestEvent } from './district-request.events.js';

/**
 * A row per event: `said` holds it without the person and the organisations, as far as folding needs it. Folded when a district's
 * year is read, which has some dozens of them: a row with the whole year in it would be written anew by each of its events.
 */
export const districtRequestTable = readTable({
  name: 'district_request',
  columns: {
    position: { type: 'integer' },
    district: { type: 'text' },
    school_year: { type: 'text' },
    said: { type: 'json' },
  },
  primaryKey: ['position'],
  indexes: [['district', 'school_year']],
});

/** Everything that a district said in a school year. */
export interface DistrictRecord {
  readonly district: string;
  readonly school_year: string;
  readonly state: DistrictState;
}

/** Folds rows of one district and school year, in order of position, as the decider folds its stream; `before` are those in front. */
export function districtStateOf(
  rows: readonly Pick<RowOf<typeof districtRequestTable>, 'said'>[],
  before: DistrictState = nothingSaid,
): DistrictState {
  return rows.reduce(
    (state, { said }) => evolveDistrict(state, said as unknown as Recorded<DistrictRequestEvent>),
    before,
  );
}

/** District needs, support requests, local plans and follow-ups. */
export const districtRequestProjection = rowProjection<DistrictRequestEvent>({
  name: 'district-requests',
  version: 2,
  tables: [districtRequestTable],
  handles: [
    'DistrictNeedStated',
    'SupportRequested',
    'DistrictPlanRead',
    'FollowUpOpened',
    'FollowUpAsked',
    'FollowUpClosed',
  ],
  keys: () => [],
  apply(event, rows) {
    const { district, schoolYear: school_year } = event.data;
    rows.put(districtRequestTable, { position: event.position, district, school_year, said: saidIn(event) });
  },
});

function saidIn({ eventId, type, position, data, metadata }: Recorded<DistrictRequestEvent>): Json {
  const { statement, act, recordedAt, effectiveOn, actor, source } = metadata;
  const kept = { statement, act, recordedAt, effectiveOn, actor: { role: actor.role }, source: { kind: source.kind } };
  return { eventId, type, position, data, metadata: kept } as unknown as Json;
}
