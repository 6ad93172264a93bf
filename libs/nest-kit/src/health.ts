import { Controller, Get, Header, Injectable, Logger, Res } from '@nestjs/common';
import { StoreUnavailableError } from '@waymark/kernel';
import { storeTrouble } from './errors.js';
import { Metrics } from './metrics.js';

/** Answers with the reason why questions cannot be answered just now, or undefined when all is well. */
export type HealthCheck = () => string | undefined | Promise<string | undefined>;

/** What `/health/ready` asks. Parts register what they watch: the store, the projections, the disk. */
@Injectable()
export class HealthChecks {
  private readonly log = new Logger('Health');
  private readonly checks = new Map<string, HealthCheck>();
  private readonly warningChecks = new Map<string, HealthCheck>();
  private isEnding = false;

  register(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** From now on `/health/ready` says no, so that nobody sends new requests here; what comes is still answered. */
  withdraw(): void {
    this.isEnding = true;
    this.register('process', () => 'It is ending; send requests elsewhere.');
  }

  /** Whether this process is about to end: connections should not be kept. */
  isWithdrawn(): boolean {
    return this.isEnding;
  }

  /** Adds what operators should look at while questions are answered all the same. */
  registerWarning(name: string, check: HealthCheck): void {
    this.warningChecks.set(name, check);
  }

  /** The checks that failed, with their reasons. A check that throws has failed; what it threw is for the log alone. */
  failures(): Promise<{ check: string; reason: string }[]> {
    return this.reasons(this.checks);
  }

  /** What operators should look at; it does not keep questions from being answered. */
  warnings(): Promise<{ check: string; reason: string }[]> {
    return this.reasons(this.warningChecks);
  }

  private async reasons(checks: ReadonlyMap<string, HealthCheck>): Promise<{ check: string; reason: string }[]> {
    const asked = [...checks].map(async ([check, ask]) => {
      try {
        return { check, reason: await ask() };
      } catch (error) {
        this.log.error(`${check}: ${error instanceof Error ? error.message : String(error)}`);
        return { check, reason: error instanceof StoreUnavailableError ? storeTrouble(error) : 'The log says why.' };
      }
    });
    const answers = await Promise.all(asked);
    return answers.flatMap(({ check, reason }) => (reason === undefined ? [] : [{ check, reason }]));
  }
}

/** The part of a reply that the controller sets. */
interface Reply {
  status(code: number): unknown;
}

/** `/health/live`, `/health/ready` (200 only when questions can be answered, else 503 with the reasons; warnings beside either) and `/metrics`. */
@Controller()
export class HealthController {
  constructor(
    private readonly checks: HealthChecks,
    private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  live(): object {
    return { status: 'live' };
  }

  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: Reply): Promise<object> {
    const [failures, warnings] = await Promise.all([this.checks.failures(), this.checks.warnings()]);
    const told = warnings.length === 0 ? {} : { warnings };
    if (failures.length === 0) return { status: 'ready', ...told };
    reply.status(503);
    return { status: 'not ready', reasons: failures, ...told };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  text(): Promise<string> {
    return this.metrics.text();
  }
}
