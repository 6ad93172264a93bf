import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { testPostgres } from '@waymark/event-store/testing';
import { Client } from 'pg';
import { Program, type StartOptions } from './program.js';
import { allEventsAfter } from './record.js';
import { emptyFolder, removeFolder, startedFolder } from './started-folder.js';

jest.setTimeout(300_000);

describe('two apis started at once on an empty record', () => {
  const events = testPostgres();
  const keys = testPostgres();
  const folders: string[] = [];
  const programs: Program[] = [];
  afterAll(async () => {
    for (const program of programs) await program.kill();
    folders.forEach(removeFolder);
  });

  it('bring the sample data in once, both are ready afterwards, and the next start adds nothing', async () => {
    const whole = await startedFolder();
    folders.push(emptyFolder(), emptyFolder(), whole);
    const [first, second] = folders as [string, string];
    const env: NonNullable<StartOptions['env']> = {
      ...{ EVENT_STORE_URL: events.url, READ_STORE_URL: events.url, KEYS_URL: keys.url, PROJECTIONS: 'elsewhere' },
      ...{ MASTER_KEY_FILE: join(first, 'keys', 'master.key'), PROJECTOR_PORT: '0' },
    };
    // Both have the master key and the key of the local issuer beforehand, as the runbook says; no record and no sample data.
    for (const folder of [first, second]) {
      mkdirSync(join(folder, 'keys'), { mode: 0o700 });
      for (const name of ['master.key', 'local-issuer.key'])
        cpSync(join(whole, 'keys', name), join(folder, 'keys', name));
    }
    programs.push(await Program.startProjector(first, { env }));
    const apis = await Promise.all([first, second].map((folder) => Program.start(folder, { env })));
    programs.push(...apis);

    expect(await recordedTypes(events.url)).toEqual(typesOf(await allEventsAfter(whole, 0)));
    for (const api of apis) {
      const { data } = await api.post<any>('kent', '{ viewer { grants { role } } }');
      expect(data.viewer.grants).toEqual([{ role: 'COORDINATOR' }]);
    }
    await apis[1]!.stop();
    programs.push(await Program.start(second, { env }));
    expect(await recordedTypes(events.url)).toEqual(typesOf(await allEventsAfter(whole, 0)));
  });
});

type Counts = Readonly<Record<string, number>>;

function typesOf(events: readonly { readonly type: string }[]): Counts {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

async function recordedTypes(url: string): Promise<Counts> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query<{ type: string }>('SELECT type FROM waymark_events.event_log');
  await client.end();
  return typesOf(rows);
}
