import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type KurrentDouble, startKurrentDouble, testPostgres } from '@waymark/event-store/testing';
import { cli, cliKilledWhen, type GraphqlAnswer, Program, someAdmin } from './program.js';
import { headOf } from './record.js';
import { emptyFolder, removeFolder, startedFolder } from './started-folder.js';

jest.setTimeout(240_000);

const ASK = `query ($question: String!, $agency: String, $record: String, $asOf: AsOfInput, $after: String) {
  ask(question: $question, agency: $agency, record: $record, asOf: $asOf) { question version asOf { eventId recordedAt effectiveOn }
    figures { key label value state reason unit rule { id version } dimensions { name value } sourceHandle }
    items(first: 3, after: $after) { totalCount nodes { kind label sourceHandle event { id stream revision recordedAt } fields { name value } }
      pageInfo { hasNextPage endCursor } } } }`;
const SOURCES = `query ($handle: String!, $after: String) { sources(handle: $handle, first: 2, after: $after) {
  totalCount nodes { id type recordedAt stream revision } pageInfo { hasNextPage endCursor } } }`;

describe('a record that moves', () => {
  const postgres = testPostgres();
  const folders: string[] = [];
  const started: Program[] = [];
  let origin: string;
  let double: KurrentDouble;
  const doubles: KurrentDouble[] = [];
  let asked: { query: string; variables: object }[];
  let answers: string[];

  const folder = () => {
    const made = emptyFolder();
    folders.push(made);
    return made;
  };
  /** A data folder with the keys of the first one and neither its events nor its tables. */
  const elsewhere = () => {
    const made = folder();
    for (const name of ['keys', 'sample.json']) cpSync(join(origin, name), join(made, name), { recursive: true });
    return made;
  };
  const copy = async (from: string, to: string) => {
    const { code, stdout, stderr } = await cli(folder(), ['copy-events', '--from', from, '--to', to, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as { events: number; copied: number; sha256: string; from: string; to: string };
  };
  /** Asks everything of a record at its new place, and gives the answers that are not the same bytes. */
  const otherAnswersAt = async (place: string, env: Record<string, string> = {}) => {
    const program = await Program.start(place, { env });
    started.push(program);
    await program.ready();
    const others: object[] = [];
    for (const [n, { query, variables }] of asked.entries()) {
      const { text } = await program.post('ada', query, variables);
      if (text !== answers[n]) others.push({ variables, before: answers[n], now: text });
    }
    await program.stop();
    return others;
  };
  const place = (of: string) => `sqlite:${join(of, 'events.db')}`;

  beforeAll(async () => {
    double = await startKurrentDouble();
    doubles.push(double);
    origin = await startedFolder();
    folders.push(origin);
    const program = await Program.start(origin);
    started.push(program);
    ({ asked, answers } = await everythingAsked(program));
    await program.stop();
  });
  afterAll(async () => {
    for (const program of started) await program.kill();
    for (const one of doubles) await one.stop();
    folders.forEach(removeFolder);
  });

  it('answers every question as before: same bytes, same cursors, same handles, in each store and back in the first', async () => {
    expect(asked.length).toBeGreaterThan(20);
    const { position: events } = await headOf(origin);
    const last = elsewhere();
    const legs = [
      await copy(place(origin), postgres.url),
      await copy(postgres.url, double.url),
      await copy(double.url, place(last)),
    ];
    expect(legs.map((leg) => [leg.events, leg.copied, leg.sha256])).toEqual(
      legs.map(() => [events, events, legs[0]!.sha256]),
    );
    expect(legs[0]!.to).not.toContain(new URL(postgres.url).password || 'no password');
    expect(existsSync(join(last, 'readmodel.db'))).toBe(false);
    expect(await otherAnswersAt(elsewhere(), { EVENT_STORE_URL: postgres.url })).toEqual([]);
    expect(await otherAnswersAt(elsewhere(), { EVENT_STORE_URL: double.url })).toEqual([]);
    expect(await otherAnswersAt(last)).toEqual([]);
  });

  it('is copied on by the same command when the copying program was killed', async () => {
    const target = await startKurrentDouble();
    doubles.push(target);
    const { position: events } = await headOf(origin);
    const words = ['copy-events', '--from', place(origin), '--to', target.url];
    const killed = await cliKilledWhen(folder(), words, () => target.log.events.length > 150);
    expect(killed).toMatchObject({ signal: 'SIGKILL' });
    const found = target.log.events.filter(({ type }) => !type.startsWith('$')).length;
    expect(found).toBeLessThan(events);
    const rest = await copy(place(origin), target.url);
    expect(rest).toMatchObject({ events, copied: events - found });
    expect(await copy(target.url, place(elsewhere()))).toMatchObject({ events, sha256: rest.sha256 });
  });

  it('is refused by a target that holds something else, and by wrong words', async () => {
    const of = (...words: string[]) => cli(folder(), ['copy-events', ...words]);
    const other = await startedFolder();
    folders.push(other);
    for (const name of readdirSync(other)) if (/^(events|readmodel)\.db/.test(name)) rmSync(join(other, name));
    const program = await Program.start(other, { env: { SAMPLE_DATA: 'off' } });
    await program.stop();
    expect((await cli(other, ['admin', ...someAdmin])).code).toBe(0);
    const refused = await of('--from', place(origin), '--to', place(other));
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('TARGET_HOLDS_OTHER_EVENTS');
    const words = await of('--from', 'file.db', '--to', place(other));
    expect(words).toMatchObject({ code: 2, stdout: '' });
    expect(words.stderr).toContain('--from "file.db" is none of sqlite:<file>, postgres://…, kurrentdb://…');
    const nowhere = await of('--from', place(folder()), '--to', place(folder()));
    expect(nowhere).toMatchObject({ code: 3, stdout: '' });
    expect(nowhere.stderr).toContain('There is no record at');
  });

  it('is read beside a running Waymark, which is said, and never written into one', async () => {
    const program = await Program.start(origin);
    started.push(program);
    const target = folder();
    const live = await cli(target, ['copy-events', '--from', place(origin), '--to', place(target)]);
    expect(live.code).toBe(0);
    expect(live.stderr).toContain('Waymark is running on the source');
    const into = await cli(target, ['copy-events', '--from', place(target), '--to', place(origin)]);
    expect(into.code).toBe(3);
    await program.stop();
    expect(readdirSync(target)).toContain('events.db');
    expect(await copy(place(origin), place(target))).toMatchObject({ copied: 0 });
  });
});

/** Every question about the sample county, and the one about a person, with the next page of what it lists and the sources of each figure, and what was answered. */
async function everythingAsked(program: Program) {
  const asked: { query: string; variables: object }[] = [];
  const answers: string[] = [];
  const ask = async (query: string, variables: object): Promise<GraphqlAnswer<any>> => {
    const answer = await program.post<any>('ada', query, variables);
    expect([variables, answer.errors]).toEqual([variables, undefined]);
    asked.push({ query, variables });
    answers.push(answer.text);
    return answer;
  };
  const { data } = await program.post<any>('ada', '{ questions { slug } viewer { id } }');
  const { asOf } = (await program.post<any>('ada', ASK, { question: 'open-cycles', agency: 'ZZ-90' })).data.ask;
  const dials = { asOf: { recorded: asOf.eventId, effective: asOf.effectiveOn } };
  for (const { slug: question } of data.questions) {
    const about = question === 'person-history' ? { record: data.viewer.id } : { agency: 'ZZ-90' };
    const { figures, items } = (await ask(ASK, { question, ...about, ...dials })).data.ask;
    if (items.pageInfo.hasNextPage) await ask(ASK, { question, ...about, ...dials, after: items.pageInfo.endCursor });
    for (const { sourceHandle: handle } of figures.slice(0, 4)) {
      const { pageInfo } = (await ask(SOURCES, { handle })).data.sources;
      if (pageInfo.hasNextPage) await ask(SOURCES, { handle, after: pageInfo.endCursor });
    }
  }
  return { asked, answers };
}
