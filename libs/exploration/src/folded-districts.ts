import type { SchoolYear } from '@waymark/kernel';
import { RecentlyUsed } from '@waymark/nest-kit';
import type { ReadSession, RowOf } from '@waymark/read-store';
import type { DistrictState } from './district-request-state.js';
import { type districtRequestTable, districtStateOf } from './district-request.projection.js';

type SaidRow = Pick<RowOf<typeof districtRequestTable>, 'position' | 'said'>;

/** A state, and the row it was folded up to. */
interface Folded {
  readonly position: number;
  readonly eventId: unknown;
  readonly state: DistrictState;
}

/** States that are kept; one holds some dozens of entries. */
const MOST_KEPT = 300;

/**
 * What districts said, folded from its rows. A row stands for an event and never changes, so that a state that was folded before is
 * gone on with: it is good as long as the row that it ends with is there, which each reading asks for together with those behind it.
 */
export class FoldedDistricts {
  private readonly folded = new RecentlyUsed<Folded>(MOST_KEPT);

  constructor(private readonly tables: Pick<ReadSession, 'rows'>) {}

  /** The state as the table has it now; undefined when the district said nothing in that year. */
  async stateOf(district: string, schoolYear: SchoolYear): Promise<DistrictState | undefined> {
    const key = `${district} ${schoolYear}`;
    const before = this.folded.get(key);
    let rows = await this.rowsFrom(before?.position ?? 0, district, schoolYear);
    const goesOn = before !== undefined && eventOf(rows[0]) === before.eventId;
    if (before !== undefined && !goesOn) rows = await this.rowsFrom(0, district, schoolYear);
    const last = rows.at(-1);
    if (last === undefined) return undefined;
    const state = goesOn ? districtStateOf(rows.slice(1), before.state) : districtStateOf(rows);
    this.folded.set(key, { position: last.position, eventId: eventOf(last), state });
    return state;
  }

  // Each entry of a district reads this again: written out, since building the statement costs more than running it.
  private rowsFrom(position: number, district: string, schoolYear: SchoolYear): Promise<SaidRow[]> {
    return this.tables.rows<SaidRow>(
      'SELECT position, said FROM district_request WHERE district = ? AND school_year = ? AND position >= ? ORDER BY position',
      [district, schoolYear, position],
    );
  }
}

function eventOf(row: SaidRow | undefined): unknown {
  return (row?.said as { readonly eventId?: unknown } | undefined)?.eventId;
}
