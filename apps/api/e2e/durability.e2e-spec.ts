import { randomUUID } from 'node:crypto';
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { civilDateIn, schoolYearOf } from '@waymark/kernel';
import { Journey, type ReceiptShown } from './journey.js';
import { cli, type GraphqlAnswer, Program } from './program.js';
import { allEventsAfter, headOf } from './record.js';
import { emptyFolder, removeFolder, startedFolder } from './started-folder.js';

jest.setTimeout(240_000);

const ROUNDS = 5;
const WRITERS = 20;
const today = civilDateIn('America/Detroit', new Date());
const source = { kind: 'SURVEY', on: today };
const district = { district: 'ZZ-90010', schoolYear: schoolYearOf(today), source };
const cells = [{ focusArea: 'PYRAMID_MODEL', answer: 'NEED', strength: 3 }];
const FIGURES = `{ ask(question: "needs-by-focus-area", agency: "ZZ-90") { figures { key value state }  }
  agencyPage(agency: "ZZ-90") { figures { key value state } } }`;

describe('a program that is killed outright', () => {
  let folder: string;
  let program: Program;
  beforeAll(async () => {
    folder = await startedFolder();
    program = await Program.start(folder);
  });
  afterAll(async () => {
    await program.kill();
    removeFolder(folder);
  });

  const codes = ['ZZ-90010', 'ZZ-90020', 'ZZ-90030', 'ZZ-90040', 'ZZ-90050', 'ZZ-90060'];
  /** A cell for each writer, so that none of them speaks over another. */
  const cellOf = (writer: number) => {
    const code = codes[writer % codes.length]!;
    return { code, focusArea: areas[Math.floor(writer / codes.length)]! };
  };
  /** What a writer says next, on top of what is in force about its cell. */
  const entryOf = (writer: number, basedOn: string | undefined) => {
    const { code, focusArea } = cellOf(writer);
    return { ...district, district: code, cells: [{ focusArea, answer: 'NEED', strength: 3, basedOn }] };
  };
  /** The event in force about a writer's cell. */
  const seenBy = async (writer: number): Promise<string | undefined> => {
    const { code, focusArea } = cellOf(writer);
    const { data } = await program.post<any>('ada', SAID, { code, year: district.schoolYear });
    const need = data.districtRequests?.needs.find((one: any) => one.focusArea === focusArea);
    return need?.statement.eventId;
  };
  const SAID = `query ($code: String!, $year: SchoolYear!) { districtRequests(district: $code, schoolYear: $year) {
    needs { focusArea statement { eventId } } } }`;
  const STATE = `mutation ($input: StateDistrictNeedInput!) { stateDistrictNeed(input: $input) {
    receipt { position eventIds recordedAt replayed } userErrors { code } } }`;

  /** Writes until the connection breaks; gives what was acknowledged and the input of what was not answered. */
  async function writer(number: number, seen: string | undefined, acknowledged: (receipt: ReceiptShown) => void) {
    for (let basedOn = seen; ;) {
      const input = { ...entryOf(number, basedOn), idempotencyKey: randomUUID() };
      try {
        const { data } = await program.post<any>('ada', STATE, { input });
        const { receipt } = data.stateDistrictNeed;
        basedOn = receipt.eventIds[0];
        acknowledged(receipt);
      } catch {
        return input;
      }
    }
  }

  it(`keeps what it acknowledged, once, through ${ROUNDS} kills under ${WRITERS} writers`, async () => {
    const start = (await headOf(folder)).position;
    const acknowledged: ReceiptShown[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const seen = await Promise.all(Array.from({ length: WRITERS }, (_, number) => seenBy(number)));
      const goal = acknowledged.length + 40 * round;
      let enough!: () => void;
      const reached = new Promise<void>((resolve) => (enough = resolve));
      const writers = seen.map((event, number) =>
        writer(number, event, (receipt) => acknowledged.push(receipt) >= goal && enough()),
      );
      await reached;
      expect(await program.kill()).toMatchObject({ signal: 'SIGKILL' });
      const unanswered = await Promise.all(writers);
      program = await Program.start(folder);
      expect((await program.get('/health/ready')).status).toBe(200);
      // What was not answered may be recorded or not; sent again with its key it is there once.
      const again = unanswered.map((input) => program.post<any>('ada', STATE, { input }));
      acknowledged.push(...(await Promise.all(again)).map(({ data }) => data.stateDistrictNeed.receipt));
    }
    const ids = acknowledged.flatMap(({ eventIds }) => eventIds);
    const recorded = (await allEventsAfter(folder, start)).map(({ eventId }) => String(eventId));
    expect(ids.toSorted()).toEqual(recorded.toSorted());
  });

  it('shows in its tables what the record holds; tables built anew say the same', async () => {
    const live = await program.post<any>('ada', FIGURES);
    expect(live.errors).toBeUndefined();
    const status = JSON.parse((await cli(folder, ['status', '--json'])).stdout);
    expect(status.tables.map(({ name, behind, fault }: any) => [name, behind, fault])).toEqual(
      status.tables.map(({ name }: any) => [name, 0, null]),
    );
    await new Journey(() => program).run('adam', 'rebuildTables', {});
    expect((await program.post<any>('ada', FIGURES)).text).toBe(live.text);
    await new Journey(() => program).run('ada', 'stateDistrictNeed', entryOf(0, await seenBy(0)));
  });
});

describe('a first start that is killed', () => {
  it.each([
    ['while the directory comes in', /Loading: Directory of MI/],
    ['while the sample county comes in', /Loading: Sample county/],
  ])('%s is completed by the next one, and nothing is there twice', async (_, moment) => {
    const folder = emptyFolder();
    const whole = await startedFolder();
    try {
      await Program.killedAt(folder, moment);
      const program = await Program.start(folder);
      const { data } = await program.post<any>('kent', '{ viewer { grants { role } } }');
      expect(data.viewer.grants).toEqual([{ role: 'COORDINATOR' }]);
      await program.stop();
      const types = async (of: string) => {
        const counts: Record<string, number> = {};
        for (const { type } of await allEventsAfter(of, 0)) counts[type] = (counts[type] ?? 0) + 1;
        return counts;
      };
      expect(await types(folder)).toEqual(await types(whole));
    } finally {
      removeFolder(folder);
      removeFolder(whole);
    }
  });
});

describe('a data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await startedFolder();
  });
  afterEach(() => removeFolder(folder));

  it('is held by one program; a second one says so and ends with a code', async () => {
    const program = await Program.start(folder);
    const second = await Program.startInVain(folder);
    expect([second.code, second.stdout]).toEqual([3, '']);
    expect(second.stderr).toMatch(/^Another Waymark process is using the data folder/);
    const answer = await program.post<any>('ada', '{ questions { slug } }');
    expect(answer.errors).toBeUndefined();
    await program.stop();
  });

  it('that may not be written is refused with what to do', async () => {
    const isRoot = process.getuid?.() === 0;
    // Root may write everywhere: the program then runs as somebody else.
    const options = isRoot ? { uid: 65_534 } : {};
    chmodSync(folder, isRoot ? 0o755 : 0o500);
    try {
      const { code, stdout, stderr } = await Program.startInVain(folder, options);
      expect([code, stdout, stderr]).toEqual([3, '', expect.stringMatching(/cannot be written\. Give the account/)]);
      expect(stderr).not.toMatch(/^\s+at /m);
    } finally {
      chmodSync(folder, 0o700);
    }
  });

  it('whose files may not be written is refused, too', async () => {
    if (process.getuid?.() !== 0) return;
    chownSync(folder, 65_534, 65_534);
    const { code, stderr } = await Program.startInVain(folder, { uid: 65_534 });
    expect([code, stderr]).toEqual([3, expect.stringMatching(/cannot be read\. It belongs to/)]);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('with a file in its place is refused', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { code, stderr } = await Program.startInVain(file);
    expect([code, stderr]).toEqual([3, expect.stringContaining('a file stands in its place')]);
  });

  it('on a full disk takes no more entries, says so, loses nothing, and goes on once there is room', async () => {
    // The largest file the program may write stands in for the end of the disk: what it appends to reaches it first.
    const before = await headOf(folder);
    let program = await Program.start(folder, { largestFile: 2_048 });
    const refused: GraphqlAnswer<any>[] = [];
    const receipts: ReceiptShown[] = [];
    const plan = { goalTitle: 'x'.repeat(300), goalState: 'ACTIVE', focusAreas: areas, seenOn: today };
    const big = { district: 'ZZ-90010', schoolYear: schoolYearOf(today), plan: { ...plan, link: 'x'.repeat(1000) } };
    const document = new Journey(() => program).document('noteDistrictPlan');
    const isFull = (answer: GraphqlAnswer<any>) => answer.errors?.[0]?.extensions.code === 'STORE_UNAVAILABLE';
    for (let lot = 0; lot < 100 && !refused.some(isFull); lot += 1) {
      const entries = Array.from({ length: 40 }, () =>
        program.post<any>('ada', document, {
          input: { ...big, plan: { ...big.plan, planTitle: randomUUID() }, idempotencyKey: randomUUID() },
        }),
      );
      for (const answer of await Promise.all(entries)) {
        const receipt = answer.data?.noteDistrictPlan?.receipt;
        if (receipt) receipts.push(receipt);
        else refused.push(answer);
      }
    }
    expect(refused.filter(isFull).length).toBeGreaterThan(0);
    expect(new Set(refused.flatMap(({ errors }) => errors!.map(({ extensions }) => extensions.code)))).toEqual(
      new Set(['STORE_UNAVAILABLE']),
    );
    expect(refused.find(isFull)!.errors![0]!.message).toMatch(/^The record cannot be (reached|written)/);
    expect((await program.get('/health/live')).status).toBe(200);
    await program.stop();
    program = await Program.start(folder);
    const kept = new Set((await allEventsAfter(folder, before.position)).map(({ eventId }) => String(eventId)));
    expect(receipts.flatMap(({ eventIds }) => eventIds).filter((id) => !kept.has(id))).toEqual([]);
    await new Journey(() => program).run('ada', 'stateDistrictNeed', { ...district, cells });
    await program.stop();
  });

  it('is let go by Ctrl-C, and the second start is quick', async () => {
    const program = await Program.start(folder);
    const ended = await program.stop();
    expect(ended).toMatchObject({ code: 0, signal: null });
    const again = await Program.start(folder);
    expect((await again.get('/health/ready')).status).toBe(200);
    process.stderr.write(
      `second start ready after ${again.startedIn.toFixed(0)} ms; Ctrl-C took ${ended.milliseconds.toFixed(0)} ms\n`,
    );
    expect([again.startedIn < 10_000, ended.milliseconds < 5_000]).toEqual([true, true]);
    await again.stop();
  });
});

const areas = [
  ...['ATTENDANCE_ENGAGEMENT', 'DISTRICT_INFRASTRUCTURE', 'INTEGRATED', 'LITERACY'],
  ...['OTHER', 'PYRAMID_MODEL', 'SEBH'],
];
