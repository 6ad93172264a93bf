import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFile } from '../src/project-file.js';
import { Journey } from './journey.js';
import { cli, Program } from './program.js';
import { headOf } from './record.js';
import { removeFolder, startedFolder } from './started-folder.js';

jest.setTimeout(120_000);

// What `waymark ask --json` prints, asked over GraphQL under the same names.
const ORGANISATION = 'organisation { id code name isSample }';
const AS_OF = 'asOf { eventId recordedAt effectiveOn }';
const EVENT = `event { id type stream revision recordedAt effectiveOn act corrects actor { organisationId personId role }
  source { kind ref } commandId reason isSample changes { path before after } }`;
const ASK = `query ($q: String!, $agency: String, $state: String, $record: String, $asOf: AsOfInput, $after: String) {
  ask(question: $q, agency: $agency, state: $state, record: $record, asOf: $asOf) { question version state stream ${AS_OF} ${ORGANISATION}
    figures { key label value state reason unit rule { id version } ${AS_OF} sourceHandle
      dimensions { name label value ${ORGANISATION} } }
    items(first: 100, after: $after) { totalCount nodes { kind label sourceHandle ${EVENT} fields { name label value ${ORGANISATION} } }
      pageInfo { hasNextPage endCursor } } } }`;

let folder: string;
let program: Program;
let running: boolean;
const journey = new Journey(() => program);

async function start() {
  program = await Program.start(folder);
  running = true;
}
async function stop() {
  running = false;
  expect(await program.stop()).toMatchObject({ code: 0, signal: null });
}
/** Runs a verb that must succeed and print one JSON document and nothing else. */
async function document<T = any>(...words: string[]): Promise<T> {
  const { code, stdout, stderr } = await cli(folder, [...words, '--json']);
  expect([words, code, stderr.replace(/^Waymark is running.*\n/, '')]).toEqual([words, 0, '']);
  return JSON.parse(stdout) as T;
}

beforeAll(async () => {
  folder = await startedFolder();
  await start();
}, 240_000);
afterAll(async () => {
  if (running) await stop();
  removeFolder(folder);
});

/** An answer of GraphQL with all that it lists, page by page, in the form that the command line prints. */
async function askedInPages(subject: string, variables: object): Promise<any> {
  const { data } = await program.post<any>(subject, ASK, variables);
  const { eventId: recorded, effectiveOn: effective } = data.ask.asOf;
  let { pageInfo } = data.ask.items;
  while (pageInfo.hasNextPage) {
    const more = { ...variables, asOf: { recorded, effective }, after: pageInfo.endCursor };
    const { items } = (await program.post<any>(subject, ASK, more)).data.ask;
    data.ask.items.nodes.push(...items.nodes);
    pageInfo = items.pageInfo;
  }
  return asPrinted(data.ask);
}

/** An answer of GraphQL in the form that the command line prints. */
function asPrinted(answer: any): any {
  return {
    ...answer,
    figures: answer.figures.map(({ sourceHandle, ...figure }: any) => ({ ...figure, sources: sourceHandle })),
    items: answer.items.nodes.map(({ sourceHandle, ...item }: any) => ({ ...item, sources: sourceHandle })),
    itemCount: answer.items.totalCount,
  };
}

describe('the same question at both doors', () => {
  it('gets the same answer, whichever question it is', async () => {
    const { data } = await program.post<any>('ada', '{ questions { slug } }');
    const slugs: string[] = data.questions.map(({ slug }: any) => slug);
    expect((await document('questions')).map(({ slug }: any) => slug)).toEqual(slugs);
    for (const slug of slugs.filter((one) => one !== 'person-history')) {
      const asked = await askedInPages('ada', { q: slug, agency: 'ZZ-90' });
      const printed = await document('ask', slug, '--agency', 'ZZ-90');
      expect([slug, printed]).toEqual([slug, asked]);
    }
  });

  it('R-07 of a person, in the clear', async () => {
    const { data } = await program.post<any>('ada', '{ viewer { id contact { name } } }', {});
    const asked = await askedInPages('ada', { q: 'person-history', record: data.viewer.id });
    const printed = await document('ask', 'person-history', '--record', data.viewer.id);
    expect(printed).toEqual(asked);
    const types = printed.items.map(({ event }: any) => event.type);
    expect(types).toEqual(['PersonRegistered', 'AccountLinked', 'RoleGranted']);
    const changes = printed.items[0].event.changes.map(({ path, after }: any) => [path, after]);
    expect(Object.fromEntries(changes)).toMatchObject({ name: data.viewer.contact.name });
    expect(JSON.stringify(printed)).not.toContain('enc:1:');
  });

  it('R-94 with both dials back, by instant and by event, and for a whole state', async () => {
    const [first] = (await cli(folder, ['events', '--type', 'SupportRequested', '--json'])).stdout.split('\n');
    const event = JSON.parse(first!);
    const effective = event.metadata.effectiveOn;
    for (const recorded of [event.eventId, event.metadata.recordedAt]) {
      const asOf = { recorded, effective };
      const dials = ['--recorded-as-of', recorded, '--effective-as-of', effective];
      const asked = await askedInPages('ada', { q: 'needs-by-focus-area', agency: 'ZZ-90', asOf });
      const printed = await document('ask', 'needs-by-focus-area', '--agency', 'ZZ-90', ...dials);
      expect(printed.asOf.effectiveOn).toBe(effective);
      expect(printed).toEqual(asked);
    }
    const asked = await askedInPages('rev', { q: 'needs-by-focus-area', state: 'ZZ' });
    const printed = await document('ask', 'needs-by-focus-area', '--state', 'ZZ');
    expect(printed).toEqual(asked);
  });

  it('lists the first of each kind when asked to, and says how many there are', async () => {
    const words = ['ask', 'agency-page', '--agency', 'ZZ-90'];
    const { items, itemCount } = await document('ask', 'agency-page', '--agency', 'ZZ-90');
    const kinds = [...new Set<string>(items.map(({ kind }: any) => kind))];
    const firsts = kinds.flatMap((kind) => items.filter((item: any) => item.kind === kind).slice(0, 2));
    const few = await document(...words, '--first', '2');
    expect([itemCount, few.itemCount]).toEqual([items.length, items.length]);
    expect(few.items).toEqual(items.filter((item: any) => firsts.includes(item)));
    expect(few.items.length).toBeLessThan(items.length);
    const { stdout } = await cli(folder, [...words, '--first', '2']);
    const count = items.filter(({ kind }: any) => kind === 'EVENT').length;
    expect(stdout).toMatch(new RegExp(`^An event of the record.*: 2 of ${count}$`, 'm'));
  });

  it('prints tables for people, and the same token opens both', async () => {
    const { code, stdout } = await cli(folder, ['ask', 'needs-by-focus-area', '--agency', 'ZZ-90']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('Districts with a need')]);
    const { token } = await document('token', '--as', 'ada');
    const { data } = await program.send<any>('{"query":"{ viewer { grants { role } } }"}', {
      authorization: `Bearer ${token}`,
    });
    expect(data.viewer.grants).toEqual([{ role: 'COORDINATOR' }]);
  });
});

describe('what the shell learns', () => {
  const verbs = [
    ...['admin', 'ask', 'backup', 'copy-events', 'events', 'import', 'project', 'questions'],
    ...['rebuild', 'schema', 'start', 'status', 'token'],
  ];

  it('each verb explains itself', async () => {
    const overview = await cli(folder, ['--help']);
    expect(overview.code).toBe(0);
    const listed = [...overview.stdout.matchAll(/^ {2}([a-z-]+) /gm)].map(([, verb]) => verb);
    expect(listed.filter((verb) => verb !== 'help').sort()).toEqual(verbs);
    const helps = await Promise.all(verbs.map((verb) => cli(folder, [verb, '--help'])));
    helps.forEach(({ code, stdout, stderr }, index) =>
      expect([verbs[index], code, stderr, stdout]).toEqual([
        verbs[index],
        0,
        '',
        expect.stringContaining(`Usage: waymark ${verbs[index]}`),
      ]),
    );
  });

  it.each<[code: number, what: string, words: string[]]>([
    [1, 'a question that is not asked here', ['ask', 'nonsense', '--agency', 'ZZ-90']],
    [1, 'an organisation that is not in the record', ['ask', 'open-cycles', '--agency', 'ZZ-77']],
    [
      1,
      'a time still to come',
      ['ask', 'open-cycles', '--agency', 'ZZ-90', '--recorded-as-of', '2099-01-01T00:00:00Z'],
    ],
    [1, 'an event that never was', ['events', '--after', '00000000-0000-4000-8000-000000000000']],
    [1, 'a stream that never was', ['events', '--stream', 'person-00000000-0000-4000-8000-000000000000']],
    [1, 'tables that do not exist', ['rebuild', 'nonsense']],
    [1, 'a mapping that does not fit', ['import', projectFile('directories/zz/entities.csv'), '--mapping', 'mi']],
    [2, 'an unknown verb', ['nonsense']],
    [2, 'an unknown option', ['status', '--nonsense']],
    [2, 'a missing argument', ['ask']],
    [2, 'a missing file', ['import', '/nowhere/at/all.csv', '--mapping', 'zz']],
    [
      2,
      'a missing mapping',
      ['import', projectFile('directories/zz/entities.csv'), '--mapping', '/nowhere/at/all.json'],
    ],
    [2, 'somebody who is no demo person', ['token', '--as', 'mallory']],
    [2, 'a number that is none', ['events', '--limit', 'many']],
    [2, 'a type that no event has', ['events', '--type', 'Nonsense']],
    [2, 'a name that no stream could have', ['events', '--stream', 'MI-03']],
    [2, 'a list of no length', ['ask', 'open-cycles', '--agency', 'ZZ-90', '--first', '0']],
    [2, 'a date that is none', ['import', projectFile('README.md'), '--mapping', 'zz', '--effective-on', '2026-02-30']],
  ])('%i for %s, said in a sentence on stderr', async (expected, _, words) => {
    const { code, stdout, stderr } = await cli(folder, [...words, '--json']);
    expect([code, stdout]).toEqual([expected, '']);
    expect(stderr.trim()).not.toBe('');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('2 for a configuration that does not hold, 3 where there is no record or none can be reached', async () => {
    for (const words of [['status', '--json'], ['start']]) {
      const { code, stdout, stderr } = await cli(folder, words, { PORT: 'many' });
      expect([words, code, stdout, stderr]).toEqual([words, 2, '', expect.stringContaining('PORT')]);
    }
    const EVENT_STORE_URL = 'postgres://clerk:secret@127.0.0.1:1/record';
    const started = await cli(join(folder, 'unreached'), ['start'], { EVENT_STORE_URL });
    expect(started).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('does not answer') });
    expect(started.stderr).not.toMatch(/secret|^\s+at /m);
    const nowhere = join(folder, 'nowhere');
    for (const words of [['status'], ['events'], ['ask', 'open-cycles', '--agency', 'ZZ-90']]) {
      const { code, stdout, stderr } = await cli(nowhere, [...words, '--json']);
      expect([words, code, stdout, stderr]).toEqual([words, 3, '', expect.stringContaining('no record')]);
    }
  });

  it('0 when the reader has seen enough, without a word', () => {
    const words = `events --json --limit 100000 ; echo "code $?" >&2`;
    const command = `{ "${process.execPath}" "${projectFile('dist/run/apps/cli/src/main.js')}" ${words} ; } | head -n 1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], DATA_DIR: folder },
    });
    expect([stdout.split('\n').length, stderr.trim()]).toEqual([2, 'code 0']);
  });

  it('with --json stdout is one document, or a document per line, and nothing else', async () => {
    const status = await document('status');
    expect(status.events.position).toBe((await headOf(folder)).position);
    expect((await document('schema')).sdl).toContain('type Mutation');
    const { stdout } = await cli(folder, ['events', '--agency', 'ZZ-90', '--limit', '20', '--json']);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toHaveLength(20);
    const positions = events.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(stdout).not.toContain('tagKey');
  });
});

describe('import and rebuild', () => {
  let file: string;
  const rows = [
    'Agency Code,Agency Name,District Code,District,School Code,School,City,Grade Levels',
    '90,Lakeshore Sample ESA,90010,Harbor Point Sample Schools,91901,NAME,Harbor Point,KG',
  ];
  const directory = (name: string) => {
    file = join(folder, 'more.csv');
    writeFileSync(file, rows.join('\n').replace('NAME', name));
  };
  const figures = async () => {
    const slugs = ['agency-page', 'needs-by-focus-area', 'change-against-last-year', 'record-history'];
    return Promise.all(slugs.map(async (slug) => (await document('ask', slug, '--agency', 'ZZ-90')).figures));
  };

  it('an import goes through the running program; the same file again records nothing', async () => {
    directory('Pier Elementary (sample)');
    const before = (await headOf(folder)).position;
    const dry = await document('import', file, '--mapping', 'zz', '--dry-run');
    expect([dry.dryRun, (await headOf(folder)).position]).toEqual([true, before]);
    expect((await document('import', file, '--mapping', 'zz')).events).toBeGreaterThan(0);
    const after = (await headOf(folder)).position;
    expect(after).toBeGreaterThan(before);
    expect((await document('import', file, '--mapping', 'zz')).events).toBe(0);
    expect((await headOf(folder)).position).toBe(after);
    const { data } = await program.post<any>('ada', '{ organisation(code: "ZZ-SCHOOL-91901") { name } }');
    expect(data.organisation.name).toBe('Pier Elementary (sample)');
  });

  it('a rebuild in the running program leaves every answer as it was', async () => {
    const before = await figures();
    await document('rebuild');
    expect(await figures()).toEqual(before);
    expect((await program.get('/health/ready')).status).toBe(200);
    await journey.run('adam', 'nameOrganisation', { organisation: 'ZZ-90020', name: 'Birch Hollow Schools (sample)' });
  });

  it('both work on the folder itself while no program runs', async () => {
    await stop();
    const before = await figures();
    directory('Jetty Elementary (sample)');
    expect((await document('import', file, '--mapping', 'zz')).events).toBe(1);
    expect((await document('import', file, '--mapping', 'zz')).events).toBe(0);
    const between = await figures();
    const rebuilt = await document('rebuild');
    expect(rebuilt.events).toBe((await headOf(folder)).position);
    expect(await figures()).toEqual(between);
    expect(between[1]!.map(({ asOf: _, ...rest }: any) => rest.value)).toEqual(
      before[1]!.map(({ value }: any) => value),
    );
    await start();
    const { data } = await program.post<any>('ada', '{ organisation(code: "ZZ-SCHOOL-91901") { name } }');
    expect(data.organisation.name).toBe('Jetty Elementary (sample)');
  });
});
