import { Global, Module } from '@nestjs/common';
import { Access } from './access.js';
import { CommandBindings } from './command-handlers.js';
import { NodeRegistry, NodeResolver } from './graphql/node.js';
import { Metrics } from './metrics.js';
import { Mutations } from './mutations.js';

/**
 * The glue that every slice injects: Mutations, Access, NodeRegistry, Metrics. The composition root provides, globally,
 * the ports (ports.ts, EventPositions) and kernel's CommandRunner and RisingClock.
 */
@Global()
@Module({
  providers: [Access, CommandBindings, Metrics, Mutations, NodeRegistry, NodeResolver],
  exports: [Access, CommandBindings, Metrics, Mutations, NodeRegistry],
})
export class NestKitModule {}
