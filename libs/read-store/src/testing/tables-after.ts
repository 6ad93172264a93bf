import type { EventStore } from '@waymark/event-store';
import { appendRecorded, type Happened, memoryEventStore } from '@waymark/event-store/testing';
import type { AnyEventCatalogue } from '@waymark/kernel';
import { ProjectionEngine } from '../projection-engine.js';
import type { Projection } from '../projection.js';
import type { ReadStore } from '../read-store.js';
import { type ReadDatabaseName, type TestTables, testTables } from './test-tables.js';
import type { Row, TableDefinition } from '../table.js';

export type RowsByTable = Record<string, Row[]>;

/** Events of tests are written in their current version: nothing to bring up. */
const asTheyAre: Pick<AnyEventCatalogue, 'decode'> = { decode: (stored) => stored };

/**
 * given(events).then(rows): the rows of each table of the projection once it has seen these events, ordered by primary key.
 * Takes plain events with circumstances (`stream` too, where it matters) or recorded ones; positions count up from 1.
 * Throws when the projection stops at one of them.
 */
export async function tablesAfter(
  projection: Projection,
  events: readonly Happened[],
  catalogue: Pick<AnyEventCatalogue, 'decode'> = asTheyAre,
): Promise<RowsByTable> {
  const store = await storeHolding(events);
  try {
    return await rowsOnceProjected({ projection, catalogue, events: store, batchSize: 1_000 });
  } finally {
    await store.close();
  }
}

/** A store in memory that holds these events. */
export async function storeHolding(events: readonly Happened[]): Promise<EventStore> {
  const store = memoryEventStore();
  await appendRecorded(store, ...events);
  return store;
}

export interface ProjectedOnce {
  readonly projection: Projection;
  readonly catalogue: Pick<AnyEventCatalogue, 'decode'>;
  readonly events: EventStore;
  readonly batchSize: number;
  /** Where the tables lie; in SQLite unless given. */
  readonly database?: ReadDatabaseName;
  /** What else happens to the engine before the rows are read. */
  readonly then?: (engine: ProjectionEngine) => Promise<void>;
  /** Something between the engine and its tables. */
  readonly over?: (store: ReadStore) => ReadStore;
  /** Steps until everything is projected; `engine.catchUp` unless given. */
  readonly catchUp?: (engine: ProjectionEngine) => Promise<void>;
}

/** Projects a record from its beginning into fresh tables, and answers their rows. */
export async function rowsOnceProjected(options: ProjectedOnce): Promise<RowsByTable> {
  const { projection, catalogue, events, batchSize, over = (store: ReadStore) => store } = options;
  const held = await testTables(options.database ?? 'SQLite');
  try {
    const tables = over(held.readStore);
    const engine = await ProjectionEngine.open({
      projections: [projection],
      catalogue,
      events,
      readStore: tables,
      batchSize,
    });
    await (options.catchUp ?? ((e) => e.catchUp()))(engine);
    await options.then?.(engine);
    const poison = engine.statuses()[0]!.poison;
    if (poison !== null) throw new Error(`Stopped at ${poison.type} (position ${poison.position}): ${poison.message}`);
    return await rowsOfAll(held, projection.tables);
  } finally {
    await held.close();
  }
}

async function rowsOfAll(held: TestTables, tables: readonly TableDefinition[]): Promise<RowsByTable> {
  const database = await held.reads(tables);
  const found: RowsByTable = {};
  for (const { name, primaryKey } of tables) {
    const rows = await database.rows<Row>(`SELECT * FROM "${name}" ORDER BY ${primaryKey.map((c) => `"${c}"`).join()}`);
    found[name] = rows.map((row) => ({ ...row }));
  }
  return found;
}
