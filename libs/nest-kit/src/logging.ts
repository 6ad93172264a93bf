import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, pino } from 'pino';

/** Levels of `LOG_LEVEL`, quietest first. */
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Lines of JSON. Callers pass fields that hold no personal data: ids, codes, counts, durations. */
export interface Logger {
  error(fields: object): void;
  warn(fields: object): void;
  info(fields: object): void;
  debug(fields: object): void;
}

/** The log of this process, on standard error unless told otherwise. */
export function createLogger(level: LogLevel, destination: DestinationStream = pino.destination(2)): Logger {
  const options = { level, base: { service: 'waymark' }, timestamp: pino.stdTimeFunctions.isoTime };
  return pino(options, destination);
}

/** Nest's own messages, in the same log: they name modules and routes, never what a request held. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...context: unknown[]): void {
    this.logger.debug(line(message, context));
  }
  debug(message: unknown, ...context: unknown[]): void {
    this.logger.debug(line(message, context));
  }
  verbose(message: unknown, ...context: unknown[]): void {
    this.logger.debug(line(message, context));
  }
  warn(message: unknown, ...context: unknown[]): void {
    this.logger.warn(line(message, context));
  }
  error(message: unknown, ...context: unknown[]): void {
    this.logger.error(line(message, context));
  }
  fatal(message: unknown, ...context: unknown[]): void {
    this.logger.error(line(message, context));
  }
}

function line(message: unknown, context: readonly unknown[]): object {
  const text = message instanceof Error ? `${message.name}: ${message.message}` : String(message);
  return { event: 'nest', message: text, context: context.at(-1) };
}
