import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { civilDateIn, schoolYearOf } from '@waymark/kernel';
import { until } from '@waymark/kernel/testing';
import { cli, Program, someAdmin } from './program.js';
import { allEventsAfter, headOf } from './record.js';
import { emptyFolder, removeFolder, startedFolder } from './started-folder.js';

jest.setTimeout(240_000);

const WRITERS = 6;
const today = civilDateIn('America/Detroit', new Date());
const FIGURES = `query ($asOf: AsOfInput) { ask(question: "needs-by-focus-area", agency: "ZZ-90", asOf: $asOf) {
  asOf { eventId recordedAt effectiveOn } figures { key value state sourceHandle } } }`;
const REGISTER = `mutation ($input: RegisterPersonInput!) { registerPerson(input: $input) { entity { id contact { name } } userErrors { code } } }`;
const PERSON = 'query ($id: ID!) { node(id: $id) { ... on Person { contact { name } } } }';
const schoolYear = schoolYearOf(today);
const source = { kind: 'SURVEY', on: today };
const SAID = `query ($code: String!, $schoolYear: SchoolYear!) { districtRequests(district: $code, schoolYear: $schoolYear) {
  needs { focusArea statement { eventId } } } }`;
const STATE = `mutation ($input: StateDistrictNeedInput!) { stateDistrictNeed(input: $input) {
  receipt { eventIds } userErrors { code } } }`;

describe('a backup', () => {
  const folders: string[] = [];
  const started: Program[] = [];
  const folder = () => {
    const made = emptyFolder();
    folders.push(made);
    return made;
  };
  const start = async (of: string) => {
    const program = await Program.start(of);
    started.push(program);
    await program.ready();
    return program;
  };
  afterAll(async () => {
    for (const program of started) await program.kill();
    folders.forEach(removeFolder);
  });

  it('taken under load and restored elsewhere holds everything acknowledged before; tables are built anew; names open', async () => {
    const origin = await startedFolder();
    folders.push(origin);
    const program = await start(origin);
    const acknowledged: string[] = [];
    let areWriting = true;
    const writers = Array.from({ length: WRITERS }, async (_, n) => {
      const cell = { code: `ZZ-900${1 + (n % 6)}0`, focusArea: ['ATTENDANCE_ENGAGEMENT', 'SEBH'][n % 2]! };
      for (let basedOn = await inForce(program, cell); areWriting;) {
        const cells = [{ focusArea: cell.focusArea, answer: 'NEED', strength: 3, basedOn }];
        const input = { district: cell.code, schoolYear, source, cells, idempotencyKey: randomUUID() };
        const { data } = await program.post<any>('ada', STATE, { input });
        expect(data.stateDistrictNeed.userErrors).toEqual([]);
        const { eventIds } = data.stateDistrictNeed.receipt;
        acknowledged.push(...eventIds);
        basedOn = eventIds[0];
      }
    });
    const input = { name: 'Grace Example', email: 'grace@sample.example', idempotencyKey: randomUUID() };
    const { entity } = (await program.post<any>('adam', REGISTER, { input })).data.registerPerson;
    await until(() => acknowledged.length > 50);

    const [events, keys] = [folder(), folder()];
    const backup = async () => {
      const before = acknowledged.slice();
      const { code, stdout, stderr } = await cli(origin, ['backup', '--to', events, '--keys-to', keys, '--json']);
      expect([code, stderr]).toEqual([0, '']);
      return { before, done: JSON.parse(stdout) };
    };
    const first = await backup();
    await until(() => acknowledged.length > first.before.length + 20);
    const { before, done } = await backup();
    areWriting = false;
    await Promise.all(writers);
    expect(done.events.copied).toBeGreaterThan(0);
    expect(done.events.copied).toBe(done.events.events - first.done.events.events);
    expect(done.keys.files).toEqual(['master.key', 'local-issuer.key', 'keys.db']);

    const restored = folder();
    cpSync(join(events, 'events.db'), join(restored, 'events.db'));
    mkdirSync(join(restored, 'keys'), { mode: 0o700 });
    cpSync(keys, join(restored, 'keys'), { recursive: true });
    expect((await headOf(restored)).position).toBe(done.events.events);
    const there = new Set<string>((await allEventsAfter(restored, 0)).map(({ eventId }) => eventId));
    expect(before.length).toBeGreaterThan(70);
    expect(before.filter((id) => !there.has(id))).toEqual([]);

    const elsewhere = await start(restored);
    const now = await elsewhere.post<any>('ada', FIGURES);
    const { eventId: recorded, effectiveOn: effective } = now.data.ask.asOf;
    const asOf = { recorded, effective };
    expect((await elsewhere.post('ada', FIGURES, { asOf })).text).toBe(
      (await program.post('ada', FIGURES, { asOf })).text,
    );
    const { data } = await elsewhere.post<any>('adam', PERSON, { id: entity.id });
    expect(data.node.contact.name).toBe('Grace Example');

    const keyless = folder();
    cpSync(join(events, 'events.db'), join(keyless, 'events.db'));
    mkdirSync(join(keyless, 'keys'), { mode: 0o700 });
    cpSync(join(keys, 'keys.db'), join(keyless, 'keys', 'keys.db'));
    const masterless = await Program.startInVain(keyless);
    expect(masterless.code).toBe(3);
    expect(masterless.stderr).toContain('master.key is missing');
    rmSync(join(keyless, 'keys'), { recursive: true });
    expect((await cli(keyless, ['admin', ...someAdmin])).code).toBe(0);
    expect((await cli(keyless, ['rebuild'])).code).toBe(0);
    const dials = ['--recorded-as-of', recorded, '--effective-as-of', effective];
    const { stdout } = await cli(keyless, ['ask', 'needs-by-focus-area', '--agency', 'ZZ-90', ...dials, '--json']);
    const figures = (JSON.parse(stdout) as { figures: any[] }).figures.map(({ key, value, state }) => [
      key,
      value,
      state,
    ]);
    expect(figures).toEqual(now.data.ask.figures.map(({ key, value, state }: any) => [key, value, state]));
  });

  it('wants keys and record in folders of their own', async () => {
    const [data, one] = [folder(), folder()];
    expect(await cli(data, ['backup', '--to', one, '--keys-to', one])).toMatchObject({ code: 2, stdout: '' });
    expect(await cli(data, ['backup'])).toMatchObject({ code: 2, stdout: '' });
    expect(await cli(data, ['backup', '--to', one])).toMatchObject({ code: 3, stdout: '' });
  });
});

/** The event in force about a cell. */
async function inForce(program: Program, { code, focusArea }: { code: string; focusArea: string }) {
  const { data } = await program.post<any>('ada', SAID, { code, schoolYear });
  const need = data.districtRequests?.needs.find((one: any) => one.focusArea === focusArea);
  return need?.statement.eventId as string | undefined;
}
