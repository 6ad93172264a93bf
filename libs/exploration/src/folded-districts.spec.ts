import type { StoredEvent } from '@waymark/kernel';
import { ProjectionEngine, type ProjectionRecord, type ReadDatabase } from '@waymark/read-store';
import { readDatabases, storeHolding, type TestTables, testTables } from '@waymark/read-store/testing';
import { districtRequestCatalogue as catalogue } from './district-request.events.js';
import { districtRequestProjection as projection, districtStateOf } from './district-request.projection.js';
import { FoldedDistricts } from './folded-districts.js';
import { sampleHistory } from './testing/sample-record.js';

type Place = readonly [district: string, schoolYear: string];

describe.each(readDatabases)('what districts said, folded (%s)', (where) => {
  let tables: TestTables;
  let database: ReadDatabase;
  let rowsRead: number;
  let folded: FoldedDistricts;
  let engine: ProjectionEngine;
  let places: readonly Place[];

  beforeEach(async () => {
    const events = (await sampleHistory()).filter((event: StoredEvent) => catalogue.has(event.type));
    const said = events.map(({ data }) => [data['district'], data['schoolYear']] as [string, string]);
    places = [...new Map(said.map((place) => [place.join(), place])).values()];
    tables = await testTables(where);
    const { readStore } = tables;
    engine = await ProjectionEngine.open({
      ...{ projections: [projection], catalogue, events: await storeHolding(events), readStore, batchSize: 1 },
    });
    database = await tables.reads(projection.tables);
    rowsRead = 0;
    folded = new FoldedDistricts({
      rows: async <R>(...asked: Parameters<ReadDatabase['rows']>) => {
        const rows = await database.rows<R>(...asked);
        rowsRead += rows.length;
        return rows;
      },
    });
  });
  afterEach(() => tables.close());

  const foldedWhole = async ([district, year]: Place) => {
    const sql = 'SELECT said FROM district_request WHERE district = ? AND school_year = ? ORDER BY position';
    const rows = await database.rows<{ said: never }>(sql, [district, year]);
    return rows.length === 0 ? undefined : districtStateOf(rows);
  };

  it('are the same after each event as when folded from the first', async () => {
    while (await engine.step()) {
      for (const place of places) expect(await folded.stateOf(...place)).toEqual(await foldedWhole(place));
    }
    expect(places.length).toBeGreaterThan(5);
  });

  it('reads again the last row and those behind it alone', async () => {
    await engine.catchUp();
    const [place] = places;
    await folded.stateOf(...place!);
    expect(rowsRead).toBeGreaterThan(1);
    rowsRead = 0;
    await folded.stateOf(...place!);
    expect(rowsRead).toBe(1);
  });

  it('begins anew when the row that it ended with is not there any more, or is another', async () => {
    await engine.catchUp();
    const [place] = places;
    await folded.stateOf(...place!);
    const { readStore } = tables;
    const table = projection.tables[0]!;
    const [{ generation }] = (await readStore.records()) as [ProjectionRecord];
    const last = (
      await database.rows<{ position: number; said: { eventId: string } }>(
        'SELECT position, said FROM district_request WHERE district = ? AND school_year = ? ORDER BY position DESC LIMIT 1',
        place!,
      )
    )[0]!;
    await readStore.transaction(async (transaction) => {
      const [district, school_year] = place!;
      const said = { ...last.said, eventId: 'another' };
      await transaction
        .tables(projection, generation)
        .write(table, [{ position: last.position, district, school_year, said }]);
    });
    expect(await folded.stateOf(...place!)).toEqual(await foldedWhole(place!));
    await readStore.transaction((transaction) =>
      transaction.tables(projection, generation).remove(table, [[last.position]]),
    );
    expect(await folded.stateOf(...place!)).toEqual(await foldedWhole(place!));
  });

  it('knows nothing of a year in which nothing was said', async () => {
    await engine.catchUp();
    expect(await folded.stateOf(places[0]![0], '1999-00')).toBeUndefined();
  });
});
