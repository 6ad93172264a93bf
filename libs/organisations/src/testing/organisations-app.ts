import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { GraphQLModule } from '@nestjs/graphql';
import { memoryEventStore } from '@waymark/event-store/testing';
import {
  type Actor,
  CommandRunner,
  type EventId,
  ForbiddenError,
  OPERATOR_ORGANISATION,
  type Organisations,
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
  ReadGate,
  Rights,
  serverOptions,
} from '@waymark/nest-kit';
import { inlineProjections, ReadDatabase } from '@waymark/read-store';
import { openSqliteReadStore } from '@waymark/read-store/sqlite';
import { organisationCatalogue } from '../organisation.events.js';
import { organisationProjection } from '../organisation.projection.js';
import { OrganisationsModule } from '../organisations.module.js';

export const NOW = '2025-10-15T14:00:00.000Z';

/** The token is the role of who asks. */
class RoleTokens extends Authenticator {
  authenticate(authorization = ''): Promise<Account> {
    const role = authorization.replace('Bearer ', '');
    return Promise.resolve({ issuer: 'test', subject: role, personId: idOf<PersonId>(role), grants: [] });
  }
}

/** Administrators do everything, others read; what was asked for is kept. */
export class SomeRights extends Rights {
  readonly asked: { operation: string; about: Organisations }[] = [];

  authorise({ subject: role, personId }: Account, operation: string, about: Organisations): Promise<Actor> {
    this.asked.push({ operation, about });
    if (role !== 'ADMIN' && !operation.startsWith('read:')) {
      return Promise.reject(new ForbiddenError(`${operation} needs role ADMIN`));
    }
    return Promise.resolve({ role, personId, organisationId: OPERATOR_ORGANISATION });
  }
}

/** This slice over stores in memory. */
export async function organisationsApp() {
  const store = memoryEventStore();
  const readStore = openSqliteReadStore({ file: ':memory:' });
  const projections = [organisationProjection];
  const host = await inlineProjections({ projections, catalogue: organisationCatalogue, eventStore: store, readStore });
  const clock = new RisingClock(undefined, () => Date.parse(NOW));
  const sealer = { seal: (_: string, __: EventId, ___: string, text: string) => text };
  const rights = new SomeRights();
  const gate: ReadGate = { waitFor: (position, names) => host.waitFor(position, names) };
  const events: EventPositions = { positionOf: async (id) => (await store.readEvents([id as EventId]))[0]?.position };
  const authenticator = new RoleTokens();
  const logger = createLogger('silent');
  const providers = [
    { provide: CommandRunner, useValue: new CommandRunner({ store, sealer, clock }) },
    { provide: RisingClock, useValue: clock },
    { provide: Authenticator, useValue: authenticator },
    { provide: Rights, useValue: rights },
    { provide: InputMac, useValue: { of: (canonical: string) => canonical.slice(0, 200) } },
    { provide: ReadGate, useValue: gate },
    { provide: ReadDatabase, useValue: readStore.reads(organisationProjection.tables) },
  ];
  @Global()
  @Module({ providers, exports: providers.map(({ provide }) => provide) })
  class Ports {}

  const config = { production: false, compiledGraphql: true, explorer: false };
  const graphql = serverOptions(config, { authenticator, events, gate, logger }, {});
  @Module({
    imports: [
      CqrsModule.forRoot(),
      GraphQLModule.forRoot<CompiledDriverConfig>({ ...graphql, driver: CompiledDriver }),
      Ports,
      NestKitModule,
      OrganisationsModule.register({ directories: join(process.cwd(), 'directories') }),
    ],
  })
  class App {}
  const app = await createHttpApp(App, { logger, explorerFolder: undefined, strictTransport: false });

  let keys = 0;
  const ask = async (query: string, variables: object = {}, role = 'COORDINATOR') => {
    const headers = { authorization: `Bearer ${role}` };
    const response = await app.inject({ method: 'POST', url: '/graphql', headers, payload: { query, variables } });
    return JSON.parse(response.body) as {
      data?: Record<string, any> | null;
      errors?: { message: string; extensions: Record<string, unknown> }[];
    };
  };
  return {
    store,
    rights,
    ask,
    /** Runs a mutation with a key of its own unless given; `fields` are selected of the entity. */
    async mutate(name: string, input: object, fields = 'id code name', role = 'ADMIN'): Promise<Record<string, any>> {
      const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
      const query = `mutation M($input: ${type}!) { ${name}(input: $input) {
        entity { ${fields} } receipt { eventIds replayed } userErrors { code message path rule } } }`;
      const answer = await ask(query, { input: { idempotencyKey: `key-of-test-${(keys += 1)}`, ...input } }, role);
      return answer.data == null ? answer : answer.data[name];
    },
    async close() {
      await app.close();
      await host.stop();
      await readStore.close();
      await store.close();
    },
  };
}
