import { Global, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { GraphQLModule } from '@nestjs/graphql';
import { appendRecorded, memoryEventStore } from '@waymark/event-store/testing';
import {
  type Actor,
  CommandRunner,
  EventCatalogue,
  type EventId,
  type OrganisationId,
  type PersonId,
  RisingClock,
} from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import {
  type Account,
  Authenticator,
  CompiledDriver,
  type CompiledDriverConfig,
  createHttpApp,
  createLogger,
  EventPositions,
  InputMac,
  NestKitModule,
  OrganisationDirectory,
  ReadGate,
  Rights,
  serverOptions,
} from '@waymark/nest-kit';
import { LaterWork, organisationCatalogue } from '@waymark/organisations';
import { inlineProjections, ReadDatabase } from '@waymark/read-store';
import { openSqliteReadStore } from '@waymark/read-store/sqlite';
import { districtRequestCatalogue } from '../district-request.events.js';
import { districtRequestProjection } from '../district-request.projection.js';
import { explorationCycleCatalogue } from '../exploration-cycle.events.js';
import { explorationCycleProjection } from '../exploration-cycle.projection.js';
import { explorationSubjectProjection } from '../exploration.basis.js';
import { ExplorationModule } from '../exploration.module.js';

export const NOW = '2025-10-15T14:00:00.000Z';
const known = {
  'ZZ-90': ['SERVICE_AGENCY', 'agency'],
  'ZZ-91': ['SERVICE_AGENCY', 'other agency'],
  'ZZ-90010': ['DISTRICT', 'agency'],
  'ZZ-90020': ['DISTRICT', 'agency'],
  'ZZ-91010': ['DISTRICT', 'other agency'],
} as const;
const idOfCode = (code: string) => idOf<OrganisationId>(code);
const agencies = { agency: idOfCode('ZZ-90'), 'other agency': idOfCode('ZZ-91') };

class Directory extends OrganisationDirectory {
  timeZoneOf = () => Promise.resolve('America/Detroit');
  stateOf = () => Promise.resolve(undefined);
  agencyOf = (id: OrganisationId) => {
    const entry = Object.entries(known).find(([code]) => idOfCode(code) === id);
    return Promise.resolve(entry === undefined ? undefined : agencies[entry[1][1]]);
  };
  find = (code: string) => {
    const entry = (known as Record<string, readonly [string, string]>)[code];
    return Promise.resolve(entry === undefined ? undefined : { id: idOfCode(code), kind: entry[0], name: code });
  };
}

/** The token is the role of who asks; every role may do everything here, rights are tested with the matrix. */
class RoleTokens extends Authenticator {
  authenticate(authorization = 'Bearer COORDINATOR'): Promise<Account> {
    const role = authorization.replace('Bearer ', '');
    return Promise.resolve({ issuer: 'test', subject: role, personId: idOf<PersonId>(role), grants: [] });
  }
}
class AllRights extends Rights {
  authorise({ subject: role, personId }: Account): Promise<Actor> {
    return Promise.resolve({ role, personId, organisationId: agencies.agency });
  }
}

/** This slice over stores in memory, with two invented agencies and their districts. */
export async function explorationApp() {
  const store = memoryEventStore();
  await appendRecorded(
    store,
    ...Object.entries(known).map(([code, [kind]]) => ({
      type: 'OrganisationRegistered',
      stream: `organisation-${idOfCode(code)}`,
      data: {
        organisationId: idOfCode(code),
        state: 'ZZ',
        kind,
        name: code,
        timeZone: 'America/Detroit',
        identifiers: [],
        tagKey: '',
      },
    })),
  );
  const readStore = openSqliteReadStore({ file: ':memory:' });
  const projections = [explorationSubjectProjection, explorationCycleProjection, districtRequestProjection];
  const catalogue = EventCatalogue.union(organisationCatalogue, explorationCycleCatalogue, districtRequestCatalogue);
  const host = await inlineProjections({ projections, catalogue, eventStore: store, readStore });
  const clock = new RisingClock(undefined, () => Date.parse(NOW));
  const sealer = { seal: (_: string, __: EventId, ___: string, text: string) => text };
  const authenticator = new RoleTokens();
  const gate: ReadGate = { waitFor: (position, names) => host.waitFor(position, names) };
  const events: EventPositions = { positionOf: async (id) => (await store.readEvents([id as EventId]))[0]?.position };
  const logger = createLogger('silent');
  const providers = [
    { provide: CommandRunner, useValue: new CommandRunner({ store, sealer, clock }) },
    { provide: RisingClock, useValue: clock },
    { provide: Authenticator, useValue: authenticator },
    { provide: Rights, useClass: AllRights },
    { provide: OrganisationDirectory, useClass: Directory },
    LaterWork,
    { provide: InputMac, useValue: { of: (canonical: string) => canonical } },
    { provide: ReadGate, useValue: gate },
    { provide: ReadDatabase, useValue: readStore.reads(projections.flatMap(({ tables }) => tables)) },
  ];
  @Global()
  @Module({ providers, exports: providers.map((provider) => ('provide' in provider ? provider.provide : provider)) })
  class Ports {}

  const graphql = serverOptions(
    { production: false, compiledGraphql: true, explorer: false },
    { authenticator, events, gate, logger },
    {},
  );
  @Module({
    imports: [
      CqrsModule.forRoot(),
      GraphQLModule.forRoot<CompiledDriverConfig>({ ...graphql, driver: CompiledDriver }),
      Ports,
      NestKitModule,
      ExplorationModule,
    ],
  })
  class App {}
  const app = await createHttpApp(App, { logger, explorerFolder: undefined, strictTransport: false });
  await host.waitFor((await store.head()).position);

  let keys = 0;
  const ask = async (query: string, variables: object = {}, role = 'COORDINATOR') => {
    const headers = { authorization: `Bearer ${role}` };
    const response = await app.inject({ method: 'POST', url: '/graphql', headers, payload: { query, variables } });
    return JSON.parse(response.body) as { data?: Record<string, any>; errors?: { message: string }[] };
  };
  return {
    ask,
    laterWork: app.get(LaterWork),
    /** Runs a mutation with a key of its own unless given; `fields` are selected of the entity. */
    async mutate(name: string, input: object, fields: string, role?: string) {
      const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
      const query = `mutation M($input: ${type}!) { ${name}(input: $input) {
        entity { ${fields} } receipt { eventIds replayed } userErrors { code message path rule } } }`;
      const { data, errors } = await ask(
        query,
        { input: { idempotencyKey: `key-${(keys += 1)}-of-test`, ...input } },
        role,
      );
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data![name] as Record<string, any>;
    },
    head: () => store.head(),
    async close() {
      await app.close();
      await host.stop();
      await readStore.close();
      await store.close();
    },
  };
}
