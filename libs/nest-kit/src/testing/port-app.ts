import { type DynamicModule, Global, Module, type Provider, type Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { GraphQLModule } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { EventStore } from '@waymark/event-store';
import { CommandRunner, type EventId, RisingClock } from '@waymark/kernel';
import {
  Authenticator,
  CompiledDriver,
  type CompiledDriverConfig,
  createHttpApp,
  EVENT_STORE,
  type EventPositions,
  InputMac,
  type Logger,
  NestKitModule,
  ReadGate,
  serverOptions,
} from '../index.js';

type ServerConfig = Parameters<typeof serverOptions>[0];

/** Modules under test, and what the platform gives them in the product. */
export interface PortAppOptions {
  readonly store: EventStore;
  readonly gate: ReadGate;
  readonly authenticator: Authenticator;
  /** Provided everywhere, beside store and gate. */
  readonly ports: readonly Exclude<Provider, Type>[];
  readonly modules: readonly (Type<unknown> | DynamicModule)[];
  readonly logger: Logger;
  readonly config?: Partial<ServerConfig>;
  readonly observers?: Parameters<typeof serverOptions>[2];
  readonly explorerFolder?: string | undefined;
}

/** Modules behind the real server: what clients send goes in, what they get comes out. */
export async function portApp(options: PortAppOptions): Promise<NestFastifyApplication> {
  const { store, gate, authenticator, logger } = options;
  const ports = [{ provide: ReadGate, useValue: gate }, { provide: EVENT_STORE, useValue: store }, ...options.ports];
  @Global()
  @Module({ providers: ports, exports: ports.map(({ provide }) => provide) })
  class Ports {}

  const config = { production: false, compiledGraphql: true, explorer: false, ...options.config };
  const events = positionsIn(store);
  const graphql = serverOptions(config, { authenticator, events, gate, logger }, options.observers);
  @Module({
    imports: [
      CqrsModule.forRoot(),
      GraphQLModule.forRoot<CompiledDriverConfig>({ ...graphql, driver: CompiledDriver }),
      Ports,
      NestKitModule,
      ...options.modules,
    ],
  })
  class PortApp {}
  return createHttpApp(PortApp, { logger, explorerFolder: options.explorerFolder, strictTransport: false });
}

/** Ports that seal nothing and compare inputs as they are. */
export function openPorts(store: EventStore, clock: RisingClock, authenticator: Authenticator) {
  const sealer = { seal: (_: string, __: EventId, ___: string, text: string) => text };
  return [
    { provide: CommandRunner, useValue: new CommandRunner({ store, sealer, clock }) },
    { provide: RisingClock, useValue: clock },
    { provide: Authenticator, useValue: authenticator },
    { provide: InputMac, useValue: { of: (canonical: string) => canonical } },
  ];
}

function positionsIn(store: EventStore): EventPositions {
  return {
    positionOf: async (id) => (await store.readEvents([id as EventId]))[0]?.position,
    isRecorded: async (position) => position <= (await store.head()).position,
  };
}
