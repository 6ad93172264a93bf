import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { Access } from './access.js';
import { CommandBindings } from './command-handlers.js';
import { NodeRegistry, NodeResolver } from './graphql/node.js';
import { RethrowFilter } from './graphql/rethrow.filter.js';
import { ShapePipe } from './graphql/shape.pipe.js';
import { HealthChecks, HealthController } from './health.js';
import { Metrics } from './metrics.js';
import { Mutations } from './mutations.js';

/**
 * The glue that every slice injects: Mutations, Access, NodeRegistry, Metrics, HealthChecks. The composition root provides,
 * globally, the ports (ports.ts, EventPositions) and kernel's CommandRunner and RisingClock.
 */
@Global()
@Module({
  controllers: [HealthController],
  providers: [
    Access,
    CommandBindings,
    HealthChecks,
    Metrics,
    Mutations,
    NodeRegistry,
    NodeResolver,
    { provide: APP_PIPE, useClass: ShapePipe },
    { provide: APP_FILTER, useClass: RethrowFilter },
  ],
  exports: [Access, CommandBindings, HealthChecks, Metrics, Mutations, NodeRegistry],
})
export class NestKitModule {}
