import type { DynamicModule, Type } from '@nestjs/common';
import { appendRecorded, type Happened, memoryEventStore } from '@waymark/event-store/testing';
import { type AnyEventCatalogue, RisingClock } from '@waymark/kernel';
import { inlineProjections, type Projection, ReadDatabase } from '@waymark/read-store';
import { openSqliteReadStore } from '@waymark/read-store/sqlite';
import { type Authenticator, createLogger, type ReadGate } from '../index.js';
import { openPorts, portApp } from './port-app.js';

/** A slice, and what it is to find around it. */
export interface SliceAppOptions {
  readonly modules: readonly (Type<unknown> | DynamicModule)[];
  readonly projections: readonly Projection[];
  readonly catalogue: Pick<AnyEventCatalogue, 'decode'>;
  readonly authenticator: Authenticator;
  /** The ports that differ from test to test: rights, and the directory of organisations. */
  readonly ports: readonly SlicePort[];
  /** The instant at which the test plays. */
  readonly now: string;
  /** What has happened before. */
  readonly happened?: readonly Happened[];
}

type SlicePort = { readonly provide: abstract new (...of: never[]) => unknown } & (
  | { readonly useValue: unknown }
  | { readonly inject: [typeof RisingClock]; readonly useFactory: (clock: RisingClock) => unknown }
);

export interface SliceAnswer {
  readonly data?: Record<string, any> | null;
  readonly errors?: readonly { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
}

/** A slice over stores in memory, behind the real server: what clients send goes in, what they get comes out. */
export async function sliceApp(options: SliceAppOptions) {
  const { projections, catalogue, authenticator } = options;
  const store = memoryEventStore();
  await appendRecorded(store, ...(options.happened ?? []));
  const readStore = openSqliteReadStore({ file: ':memory:' });
  const host = await inlineProjections({ projections, catalogue, eventStore: store, readStore });
  const clock = new RisingClock(undefined, () => Date.parse(options.now));
  const gate: ReadGate = { waitFor: (position, names) => host.waitFor(position, names) };
  const tables = readStore.reads(projections.flatMap((projection) => projection.tables));
  const app = await portApp({
    ...{ store, gate, authenticator, modules: options.modules, logger: createLogger('silent') },
    ports: [...openPorts(store, clock, authenticator), { provide: ReadDatabase, useValue: tables }, ...options.ports],
  });
  await host.waitFor((await store.head()).position);

  let keys = 0;
  async function ask(query: string, variables: object, token: string): Promise<SliceAnswer> {
    const headers = { authorization: `Bearer ${token}` };
    const response = await app.inject({ method: 'POST', url: '/graphql', headers, payload: { query, variables } });
    return JSON.parse(response.body) as SliceAnswer;
  }
  return {
    store,
    /** A provider of the application. */
    get: <T>(provider: Type<T>): T => app.get(provider),
    ask,
    /** Runs a mutation with a key of its own unless one is given; `fields` are selected of the entity. */
    mutate(name: string, input: object, fields: string, token: string): Promise<SliceAnswer> {
      const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
      const query = `mutation M($input: ${type}!) { ${name}(input: $input) {
        entity { ${fields} } receipt { eventIds replayed } userErrors { code message path rule } } }`;
      return ask(query, { input: { idempotencyKey: `key-of-test-${(keys += 1)}`, ...input } }, token);
    },
    async close() {
      await app.close();
      await host.stop();
      await readStore.close();
      await store.close();
    },
  };
}
