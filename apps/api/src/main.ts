import 'reflect-metadata';
import { ConfigError, createLogger, readConfig } from '@waymark/nest-kit';
import { createApp } from './app.js';
import { loadSamples } from './first-start.js';
import { announce, withdrawAnnouncement } from './running-file.js';
import { StepBar, welcome } from './welcome.js';

/** Faults that an operator can mend: told by their message, without frames. */
function isForOperator(error: unknown): error is Error {
  const names = ['ConfigError', 'StoreUnavailableError', 'PrivateFileError', 'LocalIssuerRefusedError'];
  const { code, name } = error as { code?: string; name?: string };
  return error instanceof ConfigError || names.includes(name ?? '') || code === 'EADDRINUSE' || code === 'EACCES';
}

try {
  const config = readConfig(process.env, process.cwd());
  const app = await createApp(config, { logger: createLogger(config.logLevel) });
  // The process ends by itself once all is closed; Nest's own shutdown hooks would kill it there and then.
  const stop = () => {
    withdrawAnnouncement(config.dataDir);
    void app.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    const bar = new StepBar();
    const samples = config.sampleData ? await loadSamples(app, config, bar.update) : undefined;
    bar.end();
    await app.listen(config.port, config.host);
    const address = await app.getUrl();
    announce(config.dataDir, address);
    process.stdout.write(welcome(config, address, samples));
    process.send?.({ listening: address });
  } catch (error) {
    await app.close();
    throw error;
  }
} catch (error) {
  process.stderr.write(`${isForOperator(error) ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = 1;
}
