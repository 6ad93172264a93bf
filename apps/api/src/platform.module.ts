import { type DynamicModule, Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CommandRunner, type CommandRunnerOptions, type EventId, RisingClock } from '@waymark/kernel';
import {
  EVENT_STORE,
  EventPositions,
  HealthChecks,
  measureProjections,
  type Logger,
  Metrics,
  noTracing,
  PROJECTION_HOST,
  ReadGate,
  Tracing,
} from '@waymark/nest-kit';
import { type HostStatus, ReadDatabase } from '@waymark/read-store';
import type { Platform } from './platform.js';

const PLATFORM = Symbol('Platform');
/** Token of the turns (`Turn` of @waymark/kernel) about what an empty record begins with. */
export const FIRST_START_TURN = Symbol('FirstStartTurn');

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
    health.registerWarning('projector', () => platform.host.status().fault);
    health.registerWarning('clock', () => clockAhead(platform.clock));
    platform.watchStore({
      committed: (appends, milliseconds) => {
        metrics.appended(appends, milliseconds);
        const facts = { 'waymark.batch.appends': appends };
        platform.tracing.past({ name: 'store commit', endedAt: Date.now(), milliseconds, facts });
      },
      reconnected: () => metrics.storeReconnected(),
    });
    measureProjections(metrics, platform.host, platform.store);
  }

  onApplicationShutdown(): Promise<void> {
    return this.platform.close();
  }
}

/** How far stamps may lie ahead of the machine's clock before it is said: machines differ by seconds, not by hours. */
const TOLERATED_AHEAD_MS = 3_600_000;

/** What is wrong with the machine's clock as seen from the record, or undefined. */
export function clockAhead(clock: RisingClock): string | undefined {
  const ahead = clock.aheadMs();
  if (ahead <= TOLERATED_AHEAD_MS) return undefined;
  const hours = Math.round(ahead / 360_000) / 10;
  return (
    `The newest entry is recorded ${hours} hours ahead of this machine's clock (${clock.now().toISOString()}): the clock is wrong, ` +
    'or was. New entries get that instant until the clock gets there. See docs/runbooks/clock.md.'
  );
}

/** Most events that tables may lie behind before questions count as not answerable. */
const TOLERATED_LAG = 10_000;

/**
 * Why questions cannot be answered just now, or undefined. Tables that do not show yet what was recorded before the start are
 * being built: their answers would miss what everybody knows. Tables that are built anew beside older ones keep answering.
 */
export function faultOf({ state, fault, projections }: HostStatus, openedAt: number): string | undefined {
  if (state !== 'RUNNING') return fault ?? `projections are ${state.toLowerCase()}`;
  for (const { name, version, state: own, poison, lag, checkpoint } of projections) {
    if (version === 0) return `"${name}" has no tables yet: a projector makes them`;
    if (own === 'STOPPED')
      return `"${name}" stopped at event ${poison?.eventId ?? 'unknown'}: an operator must mend it`;
    if (checkpoint < openedAt)
      return `"${name}" is being built: ${checkpoint} of ${openedAt} positions are in its tables`;
    if (lag > TOLERATED_LAG) return `"${name}" is ${lag} positions behind the record`;
  }
  return undefined;
}

/** The steps of a command, as spans. */
function traced(tracing: Tracing): NonNullable<CommandRunnerOptions['around']> {
  return (step, { meta, constructor }, work) =>
    step === 'command'
      ? tracing.command(meta, { 'waymark.command': constructor.name }, work)
      : tracing.step(step, {}, work);
}

/** What slices inject of the stores: runner, clock, read tables, read gate, event positions. */
@Global()
@Module({})
export class PlatformModule {
  static register(platform: Platform, logger?: Logger): DynamicModule {
    const { store, clock, keys, host, database, tracing } = platform;
    const shared = [
      { provide: RisingClock, useValue: clock },
      { provide: ReadDatabase, useValue: database },
      { provide: EVENT_STORE, useValue: store },
      { provide: PROJECTION_HOST, useValue: host },
      { provide: Tracing, useValue: tracing },
      { provide: FIRST_START_TURN, useValue: platform.turns.firstStart },
      {
        provide: ReadGate,
        useValue: {
          waitFor: (position: number, projections?: readonly string[]) => host.waitFor(position, projections),
        },
      },
      {
        provide: EventPositions,
        useValue: {
          positionOf: async (id: string) => (await store.readEvents([id as EventId]))[0]?.position,
          // What the host has heard of spares a look at the record.
          isRecorded: async (position: number) =>
            position <= host.status().head || position <= (await store.head()).position,
        },
      },
      {
        provide: CommandRunner,
        inject: [Metrics],
        useFactory: (metrics: Metrics) =>
          new CommandRunner({
            ...{ store, sealer: keys, clock, onRetry: (kind) => metrics.retried(kind) },
            ...(tracing !== noTracing && { around: traced(tracing) }),
          }),
      },
    ];
    const ahead = clockAhead(clock);
    if (ahead !== undefined) logger?.warn({ event: 'clock', message: ahead });
    return {
      module: PlatformModule,
      providers: [...shared, { provide: PLATFORM, useValue: platform }, PlatformWatch],
      exports: shared.map(({ provide }) => provide),
    };
  }
}
