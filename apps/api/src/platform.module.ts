import { type DynamicModule, Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CommandRunner, type EventId, RisingClock } from '@waymark/kernel';
import { EVENT_STORE, EventPositions, HealthChecks, Metrics, PROJECTION_HOST, ReadGate } from '@waymark/nest-kit';
import { type HostStatus, ReadDatabase } from '@waymark/read-store';
import type { Platform } from './platform.js';

const PLATFORM = Symbol('Platform');

/** Closes the platform when no request is left, and tells operators how it is meanwhile. */
@Injectable()
class PlatformWatch implements OnApplicationShutdown {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    health: HealthChecks,
    metrics: Metrics,
  ) {
    health.register('projections', () => faultOf(platform.host.status(), platform.openedAt));
    health.register('record', async () => void (await platform.store.head()));
    platform.onCommit((appends) => metrics.appended(appends));
    metrics.collectBeforeScrape(() => {
      for (const { name, lag } of platform.host.status().projections) metrics.projectionLag(name, lag);
    });
  }

  onApplicationShutdown(): Promise<void> {
    return this.platform.close();
  }
}

/** Most events that tables may lie behind before questions count as not answerable. */
const TOLERATED_LAG = 10_000;

/**
 * Why questions cannot be answered just now, or undefined. Tables that do not show yet what was recorded before the start are
 * being built: their answers would miss what everybody knows. Tables that are built anew beside older ones keep answering.
 */
export function faultOf({ state, fault, projections }: HostStatus, openedAt: number): string | undefined {
  if (state !== 'RUNNING') return fault ?? `projections are ${state.toLowerCase()}`;
  for (const { name, state: own, poison, lag, checkpoint } of projections) {
    if (own === 'STOPPED')
      return `"${name}" stopped at event ${poison?.eventId ?? 'unknown'}: an operator must mend it`;
    if (checkpoint < openedAt)
      return `"${name}" is being built: ${checkpoint} of ${openedAt} positions are in its tables`;
    if (lag > TOLERATED_LAG) return `"${name}" is ${lag} positions behind the record`;
  }
  return undefined;
}

/** What slices inject of the stores: runner, clock, read tables, read gate, event positions. */
@Global()
@Module({})
export class PlatformModule {
  static register(platform: Platform): DynamicModule {
    const { store, clock, keys, host, database } = platform;
    const shared = [
      { provide: RisingClock, useValue: clock },
      { provide: ReadDatabase, useValue: database },
      { provide: EVENT_STORE, useValue: store },
      { provide: PROJECTION_HOST, useValue: host },
      {
        provide: ReadGate,
        useValue: {
          waitFor: (position: number, projections?: readonly string[]) => host.waitFor(position, projections),
        },
      },
      {
        provide: EventPositions,
        useValue: { positionOf: async (id: string) => (await store.readEvents([id as EventId]))[0]?.position },
      },
      {
        provide: CommandRunner,
        inject: [Metrics],
        useFactory: (metrics: Metrics) =>
          new CommandRunner({ store, sealer: keys, clock, onRetry: (kind) => metrics.retried(kind) }),
      },
    ];
    return {
      module: PlatformModule,
      providers: [...shared, { provide: PLATFORM, useValue: platform }, PlatformWatch],
      exports: shared.map(({ provide }) => provide),
    };
  }
}
