import 'reflect-metadata';
import { ConfigError, createLogger, readConfig } from '@waymark/nest-kit';
import { createApp } from './app.js';

/** Faults that an operator can mend: told by their message, without frames. */
function isForOperator(error: unknown): error is Error {
  const names = ['ConfigError', 'StoreUnavailableError', 'PrivateFileError', 'LocalIssuerRefusedError'];
  const { code, name } = error as { code?: string; name?: string };
  return error instanceof ConfigError || names.includes(name ?? '') || code === 'EADDRINUSE' || code === 'EACCES';
}

try {
  const config = readConfig(process.env, process.cwd());
  const logger = createLogger(config.logLevel);
  const app = await createApp(config, { logger });
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  // The process ends by itself once all is closed; Nest's own shutdown hooks would kill it there and then.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void app.close());
  const address = await app.getUrl();
  logger.info({ event: 'listening', address });
  process.send?.({ listening: address });
} catch (error) {
  process.stderr.write(`${isForOperator(error) ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = 1;
}
