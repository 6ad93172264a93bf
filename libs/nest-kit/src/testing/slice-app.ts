import { type DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { GraphQLModule } from '@nestjs/graphql';
import { appendRecorded, type Happened, memoryEventStore } from '@waymark/event-store/testing';
import { type AnyEventCatalogue, CommandRunner, type EventId, RisingClock } from '@waymark/kernel';
import { inlineProjections, type Projection, ReadDatabase } from '@waymark/read-store';
import { openSqliteReadStore } from '@waymark/read-store/sqlite';
import {
  Authenticator,
  CompiledDriver,
  type CompiledDriverConfig,
  createHttpApp,
  createLogger,
  EVENT_STORE,
  EventPositions,
  InputMac,
  NestKitModule,
  ReadGate,
  serverOptions,
} from '../index.js';

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
  const sealer = { seal: (_: string, __: EventId, ___: string, text: string) => text };
  const gate: ReadGate = { waitFor: (position, names) => host.waitFor(position, names) };
  const events: EventPositions = { positionOf: async (id) => (await store.readEvents([id as EventId]))[0]?.position };
  const providers = [
    { provide: CommandRunner, useValue: new CommandRunner({ store, sealer, clock }) },
    { provide: RisingClock, useValue: clock },
    { provide: Authenticator, useValue: authenticator },
    { provide: InputMac, useValue: { of: (canonical: string) => canonical } },
    { provide: ReadGate, useValue: gate },
    { provide: EVENT_STORE, useValue: store },
    { provide: ReadDatabase, useValue: readStore.reads(projections.flatMap(({ tables }) => tables)) },
    ...options.ports,
  ];
  @Global()
  @Module({ providers, exports: providers.map(({ provide }) => provide) })
  class Ports {}

  const logger = createLogger('silent');
  const config = { production: false, compiledGraphql: true, explorer: false };
  const graphql = serverOptions(config, { authenticator, events, gate, logger }, {});
  @Module({
    imports: [
      CqrsModule.forRoot(),
      GraphQLModule.forRoot<CompiledDriverConfig>({ ...graphql, driver: CompiledDriver }),
      Ports,
      NestKitModule,
      ...options.modules,
    ],
  })
  class SliceApp {}
  const app = await createHttpApp(SliceApp, { logger, explorerFolder: undefined, strictTransport: false });
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
