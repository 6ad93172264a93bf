import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryEventStore } from '@waymark/event-store/testing';
import { CommandRunner, type OrganisationId, RisingClock, StoreUnavailableError, Turns } from '@waymark/kernel';
import { someMeta } from '@waymark/kernel/testing';
import { inlineProjections, type ProjectionHost } from '@waymark/read-store';
import { openSqliteReadStore } from '@waymark/read-store/sqlite';
import { DirectoryTurn } from './directory-turn.js';
import { DirectoryImporter } from './directory-importer.js';
import { parseMapping } from './directory-mapping.js';
import { NameOrganisation, PlaceOrganisation } from './organisation-commands.js';
import { organisationDecider } from './organisation.decider.js';
import { organisationCatalogue } from './organisation.events.js';
import { organisationProjection } from './organisation.projection.js';
import { OrganisationReads } from './organisation-reads.js';

const folder = join(process.cwd(), 'directories');
const circumstances = someMeta();

async function installation() {
  const store = memoryEventStore();
  const readStore = openSqliteReadStore({ file: ':memory:' });
  const host: ProjectionHost = await inlineProjections({
    projections: [organisationProjection],
    catalogue: organisationCatalogue,
    eventStore: store,
    readStore,
  });
  const sealer = { seal: (_p: string, _e: string, _path: string, text: string) => text };
  const runner = new CommandRunner({ store, sealer, clock: new RisingClock() });
  const database = readStore.reads(organisationProjection.tables);
  const reads = new OrganisationReads(database);
  const gate = { waitFor: (position: number) => host.waitFor(position) };
  const turn = new DirectoryTurn(new Turns(), store, gate);
  const importer = new DirectoryImporter(database, runner, { of: (text) => text.slice(0, 60) }, turn);
  const close = async () => {
    await host.stop();
    await readStore.close();
    await store.close();
  };
  const position = async () => (await store.head()).position;
  return { store, database, reads, runner, importer, turn, close, position, gate };
}

const bytesOf = (state: string) => readFileSync(join(folder, state, 'entities.csv'));
const mappingOf = (state: string) => parseMapping(readFileSync(join(folder, state, 'mapping.json'), 'utf8'));

describe('importing the Michigan directory', () => {
  let here: Awaited<ReturnType<typeof installation>>;
  const mapping = mappingOf('mi');
  const original = bytesOf('mi');
  const run = (
    bytes: Uint8Array = original,
    options: { dryRun?: boolean; effectiveOn?: string; takeFile?: boolean } = {},
  ) => here.importer.import({ bytes, mapping, dryRun: false, circumstances, ...options });

  beforeAll(async () => {
    here = await installation();
  });
  afterAll(() => here.close());

  it('writes nothing in a dry run, and reports the same', async () => {
    const dry = await run(original, { dryRun: true });
    expect(await here.position()).toBe(0);
    expect(dry.report.changes).toHaveLength(4608);
  });

  it('takes less than 20 seconds of processor time and tells how far it is', async () => {
    const progress: { done: number; total: number }[] = [];
    const from = process.cpuUsage();
    const { report, events } = await here.importer.import({
      ...{ bytes: original, mapping, dryRun: false, circumstances },
      onProgress: (step) => progress.push(step),
    });
    // Not by the clock on the wall: other suites run beside this one.
    const { user, system } = process.cpuUsage(from);
    expect((user + system) / 1_000).toBeLessThan(20_000);
    expect(progress.at(0)).toEqual({ done: 0, total: 4608 });
    expect(progress.at(-1)).toEqual({ done: 4608, total: 4608 });
    // one registration each, and a placement for each district and school but the 23 that stand under nobody
    expect(events).toBe(4608 + 801 + 3749 - 23);
    expect(report.summary.map(({ what }) => what)).not.toContain('COMMAND_REFUSED');
  }, 120_000);

  it('records where it came from: the file by its hash', async () => {
    const [event] = await here.store.readAll({ after: 0, limit: 1 });
    const report = (await run(original, { dryRun: true })).report;
    expect(event!.metadata.source).toEqual({ kind: 'import', ref: report.file });
  });

  it('records nothing when the same file comes again', async () => {
    const before = await here.position();
    const again = await run();
    expect([again.events, again.report.changes, await here.position()]).toEqual([0, [], before]);
    expect(again.report.unchanged).toBe(4608);
  });

  it('records exactly the events of a changed row', async () => {
    const before = await here.position();
    const text = original.toString();
    const changed = text
      .replaceAll('Gilkey Elementary School,Plainwell', 'Gilkey School,Plainwell')
      .replaceAll('3,Allegan Area Educational Service Agency,3010,', '41,Kent ISD,3010,');
    const { report } = await run(Buffer.from(changed));
    expect(report.changes).toEqual([
      { code: 'MI-03010', what: 'PLACED', before: 'Allegan Area Educational Service Agency', after: 'Kent ISD' },
      { code: 'MI-SCHOOL-01403', what: 'NAMED', before: 'Gilkey Elementary School', after: 'Gilkey School' },
    ]);
    const events = await here.store.readAll({ after: before, limit: 100 });
    expect(events.map(({ type }) => type)).toEqual([
      'OrganisationPlaced',
      'OrganisationMovedAway',
      'OrganisationNamed',
    ]);
    const kent = (await here.reads.find('MI-41'))!.id;
    const allegan = (await here.reads.find('MI-03'))!.id;
    expect(events.slice(0, 2).map(({ metadata }) => metadata.agency)).toEqual([kent, allegan]);
    const plainwell = (await here.reads.find('MI-03010'))!.id;
    expect(await here.reads.agencyOf(plainwell, '2025-10-14')).toBe(allegan);
    expect(await here.reads.agencyOf(plainwell, '2025-10-15')).toBe(kent);
    expect(await here.reads.districtsOf(allegan, '2025-10-14')).toContain(plainwell);
    expect(await here.reads.districtsOf(allegan, '2025-10-15')).not.toContain(plainwell);
    expect(await here.reads.districtsOf(kent, '2025-10-15')).toContain(plainwell);
  });

  it('goes back and forth between two files, each time recording the difference alone', async () => {
    const first = await run(original, { effectiveOn: '2025-10-16' });
    expect(first.report.changes.map(({ what }) => what)).toEqual(['PLACED', 'NAMED']);
    expect(first.events).toBe(3);
  });

  it('takes a name that the file gives as well, and reports what it no longer lists', async () => {
    const school = (await here.reads.find('MI-SCHOOL-00609'))!.id;
    const meta = {
      ...circumstances,
      commandId: 'x' as never,
      inputMac: 'x',
      source: { kind: 'api' as const, ref: 'x' },
    };
    const name = 'Central Lake Public Schools-Middle/High';
    const receipt = await here.runner.run(organisationDecider, new NameOrganisation(school, { name }, {}, meta));
    await here.gate.waitFor(receipt.position);
    const { report } = await run(
      Buffer.from(original.toString().replace(/^.*,6730,Hillside Learning Center,.*\r\n/m, '')),
      { dryRun: true },
    );
    expect(report.changes.filter(({ code }) => code === 'MI-SCHOOL-00609')).toEqual([]);
    expect(report.lines.filter(({ what }) => what === 'NOT_IN_FILE')).toMatchObject([
      { row: null, code: 'MI-SCHOOL-06730' },
    ]);
  });

  it('leaves alone what was entered by hand and says so per row, until the file is to be taken', async () => {
    const otsego = (await here.reads.find('MI-03020'))!.id;
    const kent = (await here.reads.basisOf((await here.reads.find('MI-41'))!.id, '2025-10-15'))!;
    const meta = (commandId: string) => {
      return {
        ...circumstances,
        commandId: commandId as never,
        inputMac: 'x',
        source: { kind: 'api' as const, ref: 'x' },
      };
    };
    const commands = [
      new NameOrganisation(otsego, { name: 'Otsego by hand' }, {}, meta('name')),
      new PlaceOrganisation(otsego, { parent: kent, effectiveOn: '2025-10-15' }, {}, meta('place')),
    ];
    const position = async () => here.gate.waitFor(await here.position());
    await position();
    for (const command of commands) await here.runner.run(organisationDecider, command);
    await position();
    const before = await here.position();
    const kept = await run();
    const lines = kept.report.lines.filter(({ what }) => what === 'CHANGED_BY_HAND');
    expect(lines.map(({ code, why }) => [code, why])).toEqual([
      ['MI-03020', 'The name "Otsego by hand" was entered by hand; the file says "Otsego Public Schools".'],
      [
        'MI-03020',
        'The parent "Kent ISD" was entered by hand; the file says "Allegan Area Educational Service Agency".',
      ],
    ]);
    expect(lines.every((line) => line.row !== null && line.done.includes('takeFile'))).toBe(true);
    expect([kept.events, await here.position()]).toEqual([0, before]);
    const taken = await run(original, { takeFile: true, effectiveOn: '2025-10-16' });
    const changes = taken.report.changes.filter(({ code }) => code === 'MI-03020');
    expect(changes.map(({ what }) => what)).toEqual(['NAMED', 'PLACED']);
    expect(taken.receipt!.eventIds).toHaveLength(taken.events);
    const after = await run(original, { dryRun: true });
    expect(after.report.lines.filter(({ what }) => what === 'CHANGED_BY_HAND')).toEqual([]);
  });

  it('finds organisations by the codes that people write', async () => {
    const kindOf = async (code: string) => (await here.reads.find(code))?.kind;
    expect(await Promise.all(['MI-03', 'MI-03010', 'MI-06730', 'MI-SCHOOL-06730', 'MI', 'mi-03'].map(kindOf))).toEqual([
      ...['SERVICE_AGENCY', 'DISTRICT', 'SCHOOL', 'SCHOOL', 'STATE_AGENCY', 'SERVICE_AGENCY'],
    ]);
    for (const code of ['MI-3', 'MI-3010', 'IL-03', 'MI-', '', 'MI-03\u0000', "MI-03' OR 1=1", 'x'.repeat(5000)]) {
      expect([code, await here.reads.find(code)]).toEqual([code, undefined]);
    }
  });

  it('lists what stands under an agency: its districts, their schools and its own', async () => {
    const kent = (await here.reads.find('MI-41'))!.id;
    const on = '2025-10-20';
    const count = (kind: 'DISTRICT' | 'SCHOOL') => here.reads.count({ agencyId: kent, kind, on });
    expect(await count('DISTRICT')).toBe(37);
    expect(await here.reads.count({ parentId: kent, kind: 'DISTRICT', on })).toBe(37);
    expect(await here.reads.count({ state: 'MI', on })).toBe(4608);
    const schools = await here.reads.list({ agencyId: kent, kind: 'SCHOOL', on }, undefined, 1000);
    expect(schools).toHaveLength(await count('SCHOOL'));
    const agencies = await Promise.all(schools.map(({ id }) => here.reads.agencyOf(id as OrganisationId, on)));
    expect(new Set(agencies)).toEqual(new Set([kent]));
  });
});

describe('an import that is cut short', () => {
  it('stops when the store fails, keeps what was recorded, and the next one does the rest', async () => {
    const here = await installation();
    let left = 10;
    const failing = {
      run: (...args: Parameters<CommandRunner['run']>) =>
        (left -= 1) < 0
          ? Promise.reject(new StoreUnavailableError('The disk is full', 'DISK_FULL'))
          : here.runner.run(...args),
    } as CommandRunner;
    const broken = new DirectoryImporter(here.database, failing, { of: (text) => text }, here.turn);
    const request = { bytes: bytesOf('zz'), mapping: mappingOf('zz'), dryRun: false, circumstances };
    await expect(broken.import(request)).rejects.toThrow('The disk is full');
    await here.gate.waitFor(await here.position());
    const rest = await here.importer.import(request);
    expect(rest.report.changes).toHaveLength(29 - 10);
    expect((await here.importer.import(request)).events).toBe(0);
    await here.close();
  });
});
