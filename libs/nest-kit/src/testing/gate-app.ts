import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { EventStore } from '@waymark/event-store';
import { memoryEventStore } from '@waymark/event-store/testing';
import { type Actor, ForbiddenError, type OrganisationId, type PersonId, RisingClock } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import {
  type Account,
  Authenticator,
  type CompiledDriverConfig,
  createLogger,
  OrganisationDirectory,
  type ReadGate,
  Rights,
  UnauthenticatedError,
} from '../index.js';
import { GatesModule } from './gates.js';
import { openPorts, portApp } from './port-app.js';

const ada: Account = { issuer: 'https://issuer.test', subject: 'ada', personId: idOf<PersonId>('ada'), grants: [] };
const actor: Actor = { personId: ada.personId, role: 'KEEPER', organisationId: idOf<OrganisationId>('town') };

/** Tokens `ada` (may do everything) and `bob` (may do nothing). */
class TokensOfTests extends Authenticator {
  authenticate(authorization: string | undefined): Promise<Account> {
    if (authorization === undefined) throw new UnauthenticatedError('send a token');
    const subject = authorization.replace('Bearer ', '');
    if (subject !== 'ada' && subject !== 'bob') throw new UnauthenticatedError('the token is not known');
    return Promise.resolve({ ...ada, subject });
  }
}

class RightsOfTests extends Rights {
  constructor(private readonly ended: () => boolean) {
    super();
  }

  authorise(account: Account, operation: string): Promise<Actor> {
    if (account.subject !== 'ada' || this.ended()) throw new ForbiddenError(`${operation} needs role KEEPER`);
    return Promise.resolve(actor);
  }
}

class OneZone extends OrganisationDirectory {
  districtsOf = () => Promise.resolve([]);
  timeZoneOf = () => Promise.resolve('America/Detroit');
  agencyOf = () => Promise.resolve(undefined);
  find = () => Promise.resolve(undefined);
  stateOf = () => Promise.resolve(undefined);
}

export interface GateAppOptions {
  readonly production?: boolean;
  readonly compiled?: boolean;
  readonly explorer?: boolean;
  readonly explorerFolder?: string;
  readonly log?: (line: string) => void;
  readonly wrapExecutor?: CompiledDriverConfig['wrapExecutor'];
  readonly onExecutors?: CompiledDriverConfig['onExecutors'];
  readonly store?: EventStore;
  /** Whether ada's grant has ended. */
  readonly ended?: () => boolean;
  /** What is thrown when something waits for the tables. */
  readonly behind?: () => Error | undefined;
}

/** The smallest whole application: the toy slice, a store in memory, tables that always show the head. */
export async function gateApp(options: GateAppOptions = {}): Promise<NestFastifyApplication> {
  const store = options.store ?? memoryEventStore();
  const gate: ReadGate = {
    waitFor: async () => {
      const error = options.behind?.();
      if (error !== undefined) throw error;
    },
  };
  const authenticator = new TokensOfTests();
  const { production = false, compiled = true, explorer = true, wrapExecutor, onExecutors } = options;
  return portApp({
    ...{ store, gate, authenticator, modules: [GatesModule], explorerFolder: options.explorerFolder },
    ports: [
      ...openPorts(store, new RisingClock(), authenticator),
      { provide: Rights, useValue: new RightsOfTests(options.ended ?? (() => false)) },
      { provide: OrganisationDirectory, useClass: OneZone },
    ],
    logger: createLogger(options.log === undefined ? 'silent' : 'debug', { write: (line) => options.log?.(line) }),
    config: { production, explorer, compiledGraphql: compiled },
    observers: { wrapExecutor, onExecutors },
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  readonly body: {
    data?: Record<string, any> | null;
    errors?: { message: string; path?: unknown[]; extensions: Record<string, any> }[];
  };
}

/** Sends one GraphQL request as a client would, signed in as ada unless told otherwise. */
export async function ask(
  app: NestFastifyApplication,
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { authorization: 'Bearer ada', ...headers },
    payload: { query, variables },
  });
  const text = response.body;
  return { status: response.statusCode, headers: response.headers, text, body: JSON.parse(text) as Answer['body'] };
}
