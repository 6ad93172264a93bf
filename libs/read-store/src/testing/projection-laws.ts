import type { Happened } from '@waymark/event-store/testing';
import { type AnyEventCatalogue, StoreUnavailableError } from '@waymark/kernel';
import type { EventStore } from '@waymark/event-store';
import type { ProjectionEngine } from '../projection-engine.js';
import type { Projection } from '../projection.js';
import type { ReadStore } from '../read-store.js';
import { type RowsByTable, rowsOnceProjected, storeHolding } from './tables-after.js';

export interface ProjectionLaws {
  readonly projection: Projection;
  readonly catalogue: Pick<AnyEventCatalogue, 'decode'>;
  /** A history that touches every event type the projection handles, in every order that matters. */
  readonly events: readonly Happened[] | (() => readonly Happened[]);
}

/**
 * The laws every projection keeps, as a suite over one history: twice = once, split anywhere = whole, rebuild = live.
 * All rows of all its tables are compared, and each handled event type must occur.
 */
export function projectionLaws(name: string, { projection, catalogue, events }: ProjectionLaws): void {
  describe(`${name}: laws of projections`, () => {
    const history = () => (typeof events === 'function' ? events() : events);
    let store: EventStore;
    let whole: RowsByTable;

    beforeAll(async () => {
      store = await storeHolding(history());
      whole = await rowsOnceProjected({ projection, catalogue, events: store, batchSize: 1_000 });
    });
    afterAll(() => store.close());

    it('are tried on every event type it handles, and leave rows', () => {
      const happened = new Set(history().map(({ type }) => type));
      expect(projection.handles.filter((type) => !happened.has(type))).toEqual([]);
      expect(Object.values(whole).flat().length).toBeGreaterThan(0);
    });

    it.each([1, 7, 100])('R-92 split into batches of %i = whole', async (batchSize) => {
      expect(await rowsOnceProjected({ projection, catalogue, events: store, batchSize })).toEqual(whole);
    });

    it('R-92 twice = once: a batch that was rolled back and taken again', async () => {
      expect(await rowsTakenTwice({ projection, catalogue, events: store, batchSize: 7 })).toEqual(whole);
    });

    it('the same rows on PostgreSQL, split and rebuilt', async () => {
      const options = { projection, catalogue, events: store, batchSize: 50, database: 'PostgreSQL' } as const;
      expect(await rowsOnceProjected({ ...options, then: rebuild })).toEqual(whole);
    });

    it('R-92 rebuild = live', async () => {
      const rebuilt = await rowsOnceProjected({ projection, catalogue, events: store, batchSize: 7, then: rebuild });
      expect(rebuilt).toEqual(whole);
    });
  });
}

async function rebuild(engine: ProjectionEngine): Promise<void> {
  const { done } = await engine.beginRebuild();
  await engine.catchUp();
  await done;
}

interface TakenTwice {
  readonly projection: Projection;
  readonly catalogue: Pick<AnyEventCatalogue, 'decode'>;
  readonly events: EventStore;
  readonly batchSize: number;
}

/** The rows when each transaction fails once at its end, as on a full disk, and is then taken again. */
export function rowsTakenTwice(options: TakenTwice): Promise<RowsByTable> {
  let isFailing = false;
  const over = (store: ReadStore): ReadStore => ({
    records: () => store.records(),
    builtFrom: () => store.builtFrom(),
    close: () => store.close(),
    createIndex: (...what) => store.createIndex(...what),
    transaction: (work) =>
      store.transaction(async (transaction) => {
        const result = await work(transaction);
        if (isFailing) throw new StoreUnavailableError('Nothing was committed', 'DISK_FULL');
        return result;
      }),
  });
  const catchUp = async (engine: ProjectionEngine): Promise<void> => {
    for (let isBusy = true; isBusy;) {
      isFailing = true;
      await engine.step().catch((error: unknown) => {
        if (!(error instanceof StoreUnavailableError)) throw error;
      });
      isFailing = false;
      isBusy = await engine.step();
    }
  };
  return rowsOnceProjected({ ...options, over, catchUp });
}
