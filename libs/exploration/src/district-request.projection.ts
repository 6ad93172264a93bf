import type { Recorded } from '@waymark/kernel';
import { type Json, readTable, type RowOf, rowProjection, rowsOf } from '@waymark/read-store';
import { type DistrictState, evolveDistrict, nothingSaid } from './district-request-state.js';
import type { DistrictRequestEvent } from './district-request.events.js';

/** A row per district and school year: everything it said, in the shape of {@link DistrictState}. */
export const districtRequestTable = readTable({
  name: 'district_request',
  columns: {
    district: { type: 'text' },
    school_year: { type: 'text' },
    needs: { type: 'json' },
    requests: { type: 'json' },
    plans: { type: 'json' },
    follow_ups: { type: 'json' },
  },
  primaryKey: ['district', 'school_year'],
});

export type DistrictRequestRow = RowOf<typeof districtRequestTable>;

const keyOf = ({ data }: Recorded<DistrictRequestEvent>) => ({ district: data.district, school_year: data.schoolYear });

/** What a row says, as the decider folds it. */
export function districtStateOf(row: DistrictRequestRow): DistrictState {
  const { needs, requests, plans, follow_ups: followUps } = row;
  return { needs, requests, plans, followUps } as unknown as DistrictState;
}

/** District needs, support requests, local plans and follow-ups. */
export const districtRequestProjection = rowProjection<DistrictRequestEvent>({
  name: 'district-requests',
  version: 1,
  tables: [districtRequestTable],
  handles: [
    'DistrictNeedStated',
    'SupportRequested',
    'DistrictPlanRead',
    'FollowUpOpened',
    'FollowUpAsked',
    'FollowUpClosed',
  ],
  keys: (event) => [rowsOf(districtRequestTable, keyOf(event))],
  apply(event, rows) {
    const key = keyOf(event);
    const row = rows.get(districtRequestTable, key);
    const state = evolveDistrict(row === undefined ? nothingSaid : districtStateOf(row), event);
    const { needs, requests, plans, followUps } = state as unknown as Record<keyof DistrictState, Json>;
    rows.put(districtRequestTable, { ...key, needs, requests, plans, follow_ups: followUps });
  },
});
