import { appendRecorded, type Happened, memoryEventStore } from '@waymark/event-store/testing';
import type { EventStore } from '@waymark/event-store';
import type { CivilDate, OrganisationId } from '@waymark/kernel';
import type { PersonalTexts } from '@waymark/nest-kit';
import { type Projection, ProjectionEngine, type ReadDatabase } from '@waymark/read-store';
import { type ReadDatabaseName, testTables } from '@waymark/read-store/testing';
import { PersonRecord } from '../asking/person-record.js';
import { StoredRecordedEvents } from '../asking/recorded-events.js';
import { QuestionDesk } from '../asking/question-desk.js';
import { factsProjection } from '../facts/facts.projection.js';
import { recordedCatalogue } from '../facts/recorded-catalogue.js';

/** The parts of this library that a test runs: its own, or a copy with a fault planted. */
export interface DeskParts {
  readonly projection: Projection;
  readonly Desk: typeof QuestionDesk;
}

/** A record in memory, its facts tables, and a desk over them. */
export interface TestDesk {
  readonly store: EventStore;
  readonly reads: ReadDatabase;
  readonly desk: QuestionDesk;
  /** Positions that the desk had to wait for. */
  readonly waitedFor: number[];
  record(...events: readonly Happened[]): Promise<void>;
  /** Records without telling the projection, as when the tables lag behind. */
  recordUnseen(...events: readonly Happened[]): Promise<void>;
  catchUp(): Promise<void>;
  close(): Promise<void>;
}

export interface DeskOptions {
  /** Where the facts tables lie; in SQLite unless given. */
  readonly database?: ReadDatabaseName;
  readonly now?: string;
  readonly batchSize?: number;
  readonly parts?: DeskParts;
  /** Codes that people write, beside ids. */
  readonly codes?: Readonly<Record<string, { id: string; kind: string }>>;
}

/** Texts of persons as tests write them: sealed ones are the text itself behind a mark. */
export const plainTexts: PersonalTexts = {
  opened: async (events) =>
    events.map((event) => ({
      ...event,
      data: JSON.parse(JSON.stringify(event.data).replaceAll('enc:1:', '')) as object,
    })),
};

/** A desk whose day is 2026-06-30, unless `now` says otherwise. */
export async function testDesk(events: readonly Happened[], options: DeskOptions = {}): Promise<TestDesk> {
  const { projection, Desk } = options.parts ?? { projection: factsProjection, Desk: QuestionDesk };
  const now = new Date(options.now ?? '2026-06-30T16:00:00.000Z');
  const store = memoryEventStore();
  const held = await testTables(options.database ?? 'SQLite');
  const { readStore } = held;
  const engine = await ProjectionEngine.open({
    projections: [projection],
    catalogue: recordedCatalogue,
    events: store,
    readStore,
    batchSize: options.batchSize ?? 1000,
  });
  const reads = await held.reads(projection.tables);
  const waitedFor: number[] = [];
  const catchUp = async () => {
    await engine.catchUp();
    const { poison } = engine.statuses()[0]!;
    if (poison !== null) throw new Error(`Stopped at ${poison.type} (position ${poison.position}): ${poison.message}`);
  };
  const desk = new Desk({
    reader: reads,
    record: new StoredRecordedEvents(store, recordedCatalogue),
    persons: new PersonRecord(store, plainTexts),
    directory: {
      find: (code) => {
        const codes = options.codes ?? {};
        const found = codes[code] ?? Object.values(codes).find(({ id }) => id === code);
        const id = (found?.id ?? code) as OrganisationId;
        return Promise.resolve(
          code.startsWith('no ') ? undefined : { id, kind: found?.kind ?? 'SERVICE_AGENCY', name: code },
        );
      },
      stateOf: () => Promise.resolve('MI'),
      timeZoneOf: () => Promise.resolve('America/Detroit'),
    },
    gate: {
      waitFor: async (position) => {
        waitedFor.push(position);
        await catchUp();
      },
    },
    clock: { now: () => now },
  });
  await appendRecorded(store, ...events);
  await catchUp();
  return {
    store,
    reads,
    desk,
    waitedFor,
    catchUp,
    async record(...more) {
      await appendRecorded(store, ...more);
      await catchUp();
    },
    async recordUnseen(...more) {
      await appendRecorded(store, ...more);
    },
    async close() {
      await held.close();
      await store.close();
    },
  };
}

/** Asks and answers in one go, as the doors do. */
export async function ask(
  { desk }: Pick<TestDesk, 'desk'>,
  slug: string,
  asked: Parameters<QuestionDesk['prepare']>[1] & { effectiveAsOf?: CivilDate },
) {
  return desk.answer(await desk.prepare(slug, asked), asked);
}
