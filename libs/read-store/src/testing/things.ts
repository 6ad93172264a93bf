import type { Projection } from '../projection.js';
import type { ReadStore } from '../read-store.js';
import { readTable, type RowOf } from '../table.js';

/** A table with a column of each type, for specs of read databases. */
export const things = readTable({
  name: 'things',
  columns: {
    id: { type: 'text' },
    number: { type: 'integer' },
    is_old: { type: 'boolean', nullable: true },
    tags: { type: 'json' },
  },
  primaryKey: ['id', 'number'],
  indexes: [['number', 'id']],
});
export type Thing = RowOf<typeof things>;

/** The table as a later version of its projection has it: other columns, in another order. */
export const turnedThings = readTable({
  name: 'things',
  columns: { tags: { type: 'text' }, id: { type: 'text' } },
  primaryKey: ['id'],
});

/** Owns the table, and writes nothing by itself. */
export const thingsProjection: Projection = {
  name: 'things',
  version: 1,
  handles: [],
  tables: [things],
  project: async () => {},
};

export function thing(id: string, number: number, rest: Partial<Thing> = {}): Thing {
  return { id, number, is_old: false, tags: [], ...rest };
}

/** Makes the table, empty, and lets readers see it. */
export async function publishThings(store: ReadStore): Promise<void> {
  await store.transaction(async (transaction) => {
    await transaction.publish(thingsProjection, await transaction.createTables(thingsProjection, 'INDEXED'));
  });
}

/** Writes rows, with their number as the checkpoint. */
export async function writeThings(store: ReadStore, ...rows: Thing[]): Promise<void> {
  await store.transaction(async (transaction) => {
    await transaction.tables(thingsProjection, 1).write(things, rows);
    await transaction.save({
      ...{ name: 'things', version: 1, shape: '', generation: 1, checkpoint: rows.length },
      ...{ checkpointEvent: null, state: 'RUNNING', poison: null },
    });
  });
}
