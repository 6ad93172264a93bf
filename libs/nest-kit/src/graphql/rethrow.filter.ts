import { type ArgumentsHost, Catch } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';

/**
 * Lets errors of resolvers through as they are: the server words them (errors.ts) and logs them without their texts.
 * Nest's own filter would write the message of every refusal to the log.
 */
@Catch()
export class RethrowFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    if (host.getType<string>() === 'graphql') throw exception;
    super.catch(exception, host);
  }
}
