import 'reflect-metadata';
import { setTimeout as passing } from 'node:timers/promises';
import { createLogger, HealthChecks, readConfig } from '@waymark/nest-kit';
import { endWith } from '../../projector/src/start-faults.js';
import { createApp } from './app.js';
import { loadSamples } from './first-start.js';
import { announce, withdrawAnnouncement } from './running-file.js';
import { StepBar, welcome } from './welcome.js';

try {
  const config = readConfig(process.env, process.cwd());
  const app = await createApp(config, { logger: createLogger(config.logLevel) });
  // The process ends by itself once all is closed; Nest's own shutdown hooks would kill it there and then.
  const stop = async (signal: NodeJS.Signals) => {
    withdrawAnnouncement(config.dataDir);
    app.get(HealthChecks).withdraw();
    if (signal === 'SIGTERM') await passing(config.shutdownGraceMs);
    await app.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(signal));
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
  endWith(error);
}
