import { readConfig } from '@waymark/nest-kit';
import { type Difference, ParityProbe } from '@waymark/nest-kit/testing';
import { createApp } from '../src/app.js';
import type { AskedOperation } from './program.js';
import { LOCAL_TOKEN_SECONDS, signedToken } from './tokens.js';

/**
 * Asks every operation of a journey again, in process, over the folder that the journey left, by graphql-js and compiled: the
 * answers must be the same bytes. Mutations go out with their first keys, so that what is compared are two repetitions;
 * building tables anew is no entry that could be found again, and is left out.
 */
export async function parityOf(
  folder: string,
  operations: readonly AskedOperation[],
): Promise<{ compared: number; asked: number; differences: readonly Difference[] }> {
  const probe = new ParityProbe();
  const config = readConfig({ DATA_DIR: folder, LOG_LEVEL: 'silent' }, folder);
  const app = await createApp(config, { projections: 'inline', observers: probe.observers });
  const tokens = new Map<string, string>();
  const repeatable = operations.filter(({ query }) => !query.includes('rebuildTables'));
  try {
    for (const { subject, query, variables } of repeatable) {
      const token = tokens.get(subject) ?? (await signedToken(folder, subject, LOCAL_TOKEN_SECONDS));
      tokens.set(subject, token);
      await app.inject({
        method: 'POST',
        url: '/graphql',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        payload: JSON.stringify({ query, variables }),
      });
    }
  } finally {
    await app.close();
  }
  return { compared: probe.operations, asked: repeatable.length, differences: probe.differences };
}
