import { DomainError, StoreUnavailableError } from '@waymark/kernel';
import type { Config } from '@waymark/nest-kit';
import { OtherRecordError } from '@waymark/read-store';
import { openPlatform, type Platform } from '../../../api/src/platform.js';
import { projections } from '../../../projector/src/subscriptions.js';
import { Progress, tell } from '../output.js';
import { RunningApi } from '../running-api.js';
import type { Register } from './verb.js';

const REBUILD = `mutation ($input: RebuildTablesInput!) {
  rebuildTables(input: $input) { entity { tables { name } } userErrors { code message } }
}`;

/** `waymark rebuild`: builds read tables anew beside the live ones and swaps them in. */
export const registerRebuild: Register = (program, setting) => {
  program
    .command('rebuild')
    .argument('[projection...]', 'which tables; all when none is named')
    .description('build the read tables anew from the record')
    .option('--json', 'one JSON document')
    .action(async (names: string[], options: { json?: boolean }) => {
      const { config, output } = setting(options);
      for (const name of names) requireProjection(name);
      const began = performance.now();
      const events = await rebuild(config, names.length === 0 ? undefined : names);
      const seconds = (performance.now() - began) / 1000;
      const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
      const done = {
        projections: names.length === 0 ? projections.map(({ name }) => name) : names,
        events,
        seconds,
        peakMemoryBytes,
      };
      output.document(done, () => `Rebuilt ${done.projections.join(', ')} in ${seconds.toFixed(1)} s.`);
    });
};

/** Answers with the number of events read, or null when a running api did the work. */
async function rebuild(config: Config, names: readonly string[] | undefined): Promise<number | null> {
  try {
    return await rebuildHere(config, names);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError && error.reason === 'LOCKED')) throw error;
  }
  const api = await RunningApi.find(config);
  tell('Waymark is running: it rebuilds, and answers from the old tables meanwhile.');
  await api.graphql(REBUILD, { input: { idempotencyKey: crypto.randomUUID(), projections: names } });
  return null;
}

/**
 * Tables of another record are replaced when all are rebuilt. Where projectors keep them, none does so then: they do not start on such tables.
 */
async function opened(config: Config, names: readonly string[] | undefined): Promise<Platform> {
  const replacesOtherRecord = names === undefined;
  try {
    return await openPlatform(config, { projections: 'inline', replacesOtherRecord });
  } catch (error) {
    if (!(error instanceof OtherRecordError && replacesOtherRecord)) throw error;
    return openPlatform({ ...config, projections: 'here' }, { projections: 'inline', replacesOtherRecord });
  }
}

async function rebuildHere(config: Config, names: readonly string[] | undefined): Promise<number> {
  const platform = await opened(config, names);
  const progress = new Progress('Rebuilding');
  const silence = platform.host.onProgress(({ done, total }) => progress.update(done, total));
  try {
    await platform.host.rebuild(names);
    return (await platform.store.head()).position;
  } finally {
    silence();
    progress.end();
    await platform.close();
  }
}

function requireProjection(name: string): void {
  const known = projections.map((projection) => projection.name);
  if (!known.includes(name)) {
    throw new DomainError('PROJECTION_UNKNOWN', `There are no tables "${name}". Choose of: ${known.join(', ')}.`);
  }
}
