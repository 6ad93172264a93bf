import { Global, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { GraphQLModule } from '@nestjs/graphql';
import { appendRecorded, type Happened, memoryEventStore } from '@waymark/event-store/testing';
import { MatrixRights } from '@waymark/identity';
import { CommandRunner, type EventId, type OrganisationId, type PersonId, RisingClock } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import {
  type Account,
  Authenticator,
  CompiledDriver,
  type CompiledDriverConfig,
  createHttpApp,
  createLogger,
  EVENT_STORE,
  EventPositions,
  InputMac,
  NestKitModule,
  OrganisationDirectory,
  ReadGate,
  Rights,
  serverOptions,
} from '@waymark/nest-kit';
import { inlineProjections, ReadDatabase } from '@waymark/read-store';
import { openSqliteReadStore } from '@waymark/read-store/sqlite';
import { CountyProgressModule } from '../county-progress.module.js';
import { factsProjection } from '../facts/facts.projection.js';
import { recordedCatalogue } from '../facts/recorded-catalogue.js';

export const TODAY = '2024-03-01';

/** Organisations by code: kind, name in the events, agency and state. */
const known: Readonly<Record<string, { kind: string; name: string; agency?: string; state: string }>> = {
  MI: { kind: 'STATE_AGENCY', name: 'mi', state: 'MI' },
  'MI-01': { kind: 'SERVICE_AGENCY', name: 'a1', agency: 'a1', state: 'MI' },
  'MI-02': { kind: 'SERVICE_AGENCY', name: 'a2', agency: 'a2', state: 'MI' },
  'MI-01010': { kind: 'DISTRICT', name: 'd1', agency: 'a1', state: 'MI' },
  'ZZ-90': { kind: 'SERVICE_AGENCY', name: 's1', agency: 's1', state: 'ZZ' },
};

class Directory extends OrganisationDirectory {
  private entry = (id: string) =>
    Object.entries(known).find(([code, { name }]) => code === id || idOf(name) === id)?.[1];
  timeZoneOf = () => Promise.resolve('America/Detroit');
  stateOf = (id: OrganisationId) => Promise.resolve(this.entry(id)?.state);
  agencyOf = (id: OrganisationId) => {
    const agency = this.entry(id)?.agency;
    return Promise.resolve(agency === undefined ? undefined : idOf<OrganisationId>(agency));
  };
  find = (code: string) => {
    const entry = this.entry(code);
    return Promise.resolve(entry && { ...entry, id: idOf<OrganisationId>(entry.name) });
  };
}

/** The token is a role and the organisation it is granted for: `STATE_REVIEWER mi`. */
class GrantTokens extends Authenticator {
  authenticate(authorization = ''): Promise<Account> {
    const [role = '', organisation = ''] = authorization.replace('Bearer ', '').split(' ');
    const grant = { role, organisationId: idOf<OrganisationId>(organisation), from: '2020-07-01' };
    const personId = idOf<PersonId>(role);
    return Promise.resolve({ issuer: 'test', subject: role, personId, grants: role === '' ? [] : [grant] });
  }
}

/** Named questions over GraphQL, with the rights of the matrix, over a record in memory. */
export async function questionsApp(events: readonly Happened[]) {
  const store = memoryEventStore();
  await appendRecorded(store, ...events);
  const readStore = openSqliteReadStore({ file: ':memory:' });
  const projections = [factsProjection];
  const host = await inlineProjections({ projections, catalogue: recordedCatalogue, eventStore: store, readStore });
  const clock = new RisingClock(undefined, () => Date.parse(`${TODAY}T17:00:00Z`));
  const gate: ReadGate = { waitFor: (position, names) => host.waitFor(position, names) };
  const positions: EventPositions = {
    positionOf: async (id) => (await store.readEvents([id as EventId]))[0]?.position,
  };
  const authenticator = new GrantTokens();
  const directory = new Directory();
  const logger = createLogger('silent');
  const sealer = { seal: (_: string, __: EventId, ___: string, text: string) => text };
  const providers = [
    { provide: CommandRunner, useValue: new CommandRunner({ store, sealer, clock }) },
    { provide: RisingClock, useValue: clock },
    { provide: Authenticator, useValue: authenticator },
    { provide: Rights, useValue: new MatrixRights(directory, clock) },
    { provide: OrganisationDirectory, useValue: directory },
    { provide: InputMac, useValue: { of: (canonical: string) => canonical } },
    { provide: ReadGate, useValue: gate },
    { provide: EVENT_STORE, useValue: store },
    { provide: ReadDatabase, useValue: readStore.reads(factsProjection.tables) },
  ];
  @Global()
  @Module({ providers, exports: providers.map(({ provide }) => provide) })
  class Ports {}

  const config = { production: false, compiledGraphql: true, explorer: false };
  const graphql = serverOptions(config, { authenticator, events: positions, gate, logger }, {});
  @Module({
    imports: [
      CqrsModule.forRoot(),
      GraphQLModule.forRoot<CompiledDriverConfig>({ ...graphql, driver: CompiledDriver }),
      Ports,
      NestKitModule,
      CountyProgressModule,
    ],
  })
  class App {}
  const app = await createHttpApp(App, { logger, explorerFolder: undefined, strictTransport: false });
  await host.waitFor((await store.head()).position, [factsProjection.name]);
  return {
    /** Asks as somebody with one role, such as `COORDINATOR a1`. */
    async ask(query: string, variables: object = {}, as = 'COORDINATOR a1') {
      const headers = { authorization: `Bearer ${as}` };
      const response = await app.inject({ method: 'POST', url: '/graphql', headers, payload: { query, variables } });
      return JSON.parse(response.body) as {
        data?: Record<string, any> | null;
        errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
      };
    },
    async close() {
      await app.close();
      await host.stop();
      await readStore.close();
      await store.close();
    },
  };
}
