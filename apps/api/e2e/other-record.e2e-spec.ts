import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testPostgres } from '@waymark/event-store/testing';
import { cli, Program, type StartOptions } from './program.js';
import { emptyFolder, removeFolder, startedFolder } from './started-folder.js';

jest.setTimeout(240_000);

type Env = NonNullable<StartOptions['env']>;

const REFUSED = /READ_STORE_URL\) were built from another record than the one of EVENT_STORE_URL.*waymark rebuild/s;

/** Tables in a place of their own, and two records, of which they are built from the first. */
describe.each(['SQLite', 'PostgreSQL'])('tables on %s that were built from another record', (where) => {
  const [one, other] = [testPostgres(), testPostgres()];
  let folder: string;
  let first: Env;
  let second: Env;

  const status = async (env: Env) => {
    const { code, stdout } = await cli(folder, ['status', '--json'], env);
    return code === 0 ? (JSON.parse(stdout) as object) : code;
  };
  const startAndStop = async (env: Env) => {
    const program = await Program.start(folder, { env });
    await program.ready();
    const { data } = await program.post<any>('adam', '{ persons(first: 1) { totalCount } }');
    await program.stop();
    return data.persons.totalCount as number;
  };

  beforeAll(async () => {
    removeFolder(await startedFolder());
    folder = emptyFolder();
    // Demo persons alone: their events have the same ids in both records.
    writeFileSync(join(folder, 'sample.json'), '{"state":"LOADED"}');
    mkdirSync(join(folder, 'second'));
    const places: readonly [string, string] =
      where === 'SQLite'
        ? [`sqlite:${join(folder, 'events.db')}`, `sqlite:${join(folder, 'second', 'events.db')}`]
        : [one.url, other.url];
    const tables = where === 'SQLite' ? `sqlite:${join(folder, 'readmodel.db')}` : one.url;
    const env = (url: string): Env => ({ EVENT_STORE_URL: url, READ_STORE_URL: tables });
    [first, second] = [env(places[0]), env(places[1])];
    await startAndStop({ ...second, READ_STORE_URL: `sqlite:${join(folder, 'second', 'readmodel.db')}` });
    await startAndStop(first);
  });
  afterAll(() => removeFolder(folder));

  it('are refused by whatever reads or keeps them, with what to do, and nothing is changed', async () => {
    const before = await status(first);
    expect(before).toHaveProperty('tables.0.behind', 0);
    const tried = [
      () => Program.startInVain(folder, { env: second }),
      () => cli(folder, ['ask', 'silent-districts', '--state', 'ZZ'], second),
      () => cli(folder, ['status'], second),
      () => cli(folder, ['rebuild', 'persons'], second),
      ...(where === 'PostgreSQL' ? [() => cli(folder, ['project'], { ...second, PROJECTOR_PORT: '0' })] : []),
    ];
    for (const attempt of tried) {
      const { code, stderr } = await attempt();
      expect([code, stderr]).toEqual([3, expect.stringMatching(REFUSED)]);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    expect(await status(first)).toEqual(before);
  });

  it('are refused for a record that is empty, too', async () => {
    const empty = { ...first, EVENT_STORE_URL: `sqlite:${join(folder, 'third.db')}` };
    const { code, stderr } = await Program.startInVain(folder, { env: empty });
    expect([code, stderr]).toEqual([3, expect.stringMatching(REFUSED)]);
  });

  it('serve the record that they were built from as before, and the other once they are rebuilt', async () => {
    const persons = await startAndStop(first);
    const { code, stderr } = await cli(folder, ['rebuild'], second);
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(REFUSED)]);
    expect(await startAndStop(second)).toBe(persons);
    expect(await status(first)).toBe(3);
  });
});
