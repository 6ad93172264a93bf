import helmet from '@fastify/helmet';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { HealthChecks } from './health.js';
import { type Logger, NestLog } from './logging.js';
import { BodyAdapter } from './request-body.js';

export interface HttpAppOptions {
  readonly logger: Logger;
  /** Folder of the explorer page, served under `/`; absent: no page. */
  readonly explorerFolder?: string | undefined;
  /** Ask browsers to come back by https only. */
  readonly strictTransport: boolean;
}

/**
 * The application over Fastify, initialised and not yet listening: `app.inject(…)` works, `app.listen(port, host)` opens it,
 * `app.close()` ends it in order (requests in flight are answered first).
 */
export async function createHttpApp(
  module: DynamicModule | Type,
  { logger, explorerFolder, strictTransport }: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, new BodyAdapter(logger), {
    logger: new NestLog(logger),
    abortOnError: false,
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: strictTransport,
  });
  const health = app.get(HealthChecks, { strict: false });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', async (_request, reply) => {
      if (health.isWithdrawn()) void reply.header('connection', 'close');
    });
  if (explorerFolder !== undefined) app.useStaticAssets({ root: explorerFolder, wildcard: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}
