import type { Happened } from '@waymark/event-store/testing';
import { idOf } from '@waymark/kernel/testing';
import { globalId } from '@waymark/nest-kit';
import { takes } from '../questions/question.js';
import { questions } from '../questions/question-catalogue.js';
import { positionsBehind } from '../testing/comparison.js';
import { ask, testDesk, type TestDesk } from '../testing/desk.js';
import { agencyNames, History } from '../testing/history.js';
import { need, placed, registered, request } from '../testing/said.js';

const codes = {
  'MI-03010': { id: idOf('d1'), kind: 'DISTRICT' },
  MI: { id: idOf('mi'), kind: 'STATE_AGENCY' },
  'MI-SCHOOL-1': { id: idOf('school'), kind: 'SCHOOL' },
  'MI-PROGRAM-1': { id: idOf('program'), kind: 'PROGRAM' },
  MTSS: { id: idOf('provider'), kind: 'TA_PROVIDER' },
};
let open: TestDesk;
async function given(...events: readonly Happened[]): Promise<TestDesk> {
  open = await testDesk(events, { codes });
  return open;
}
afterEach(() => open?.close());

const year = { inputs: [{ name: 'schoolYear', value: '2023-24' }] };
const a1 = { agency: idOf('a1'), ...year };
const county = [
  registered('mi', 'STATE_AGENCY'),
  registered('a1', 'SERVICE_AGENCY'),
  registered('d1', 'DISTRICT'),
  registered('d2', 'DISTRICT'),
  placed('d1', 'a1', { eff: '2023-07-01' }),
  placed('d2', 'a1', { eff: '2023-07-01', id: 'd2 placed' }),
];
const under = (name: string, kind: string, parent: string) => {
  const event = placed(name, parent, { eff: '2023-07-01' });
  return { ...event, data: { ...event.data, kind } };
};
const lower = [
  registered('school', 'SCHOOL'),
  registered('program', 'PROGRAM'),
  registered('provider', 'TA_PROVIDER'),
  under('school', 'SCHOOL', 'd1'),
  under('program', 'PROGRAM', 'a1'),
];
const stated = need('d1', { SEBH: 'UNKNOWN' }, { eff: '2024-01-10', id: 'stated', agency: 'a1' });
const corrected = need(
  'd1',
  { SEBH: 'NEED' },
  { eff: '2024-01-10', id: 'corrected', act: 'CORRECTED', statement: 'stated', was: { SEBH: 'UNKNOWN' }, agency: 'a1' },
);
const fields = (item: { fields: readonly { name: string; value: string | null }[] }) =>
  Object.fromEntries(item.fields.map(({ name, value }) => [name, value]));

describe('sources', () => {
  it('open to the event that speaks, with history also to the ones before it', async () => {
    const desk = await given(...county, stated, corrected);
    const answer = await ask(desk, 'needs-by-focus-area', a1);
    const figure = answer.figures.find(({ key }) => key === 'districts-with-need?focusArea=SEBH')!;
    expect(figure.value).toBe(1);
    expect(await positionsBehind(desk, figure.sources)).toEqual([8]);
    expect(await positionsBehind(desk, figure.sources, true)).toEqual([7, 8]);
  });

  it('stay as they were whatever is recorded later', async () => {
    const desk = await given(...county, stated);
    const before = (await ask(desk, 'silent-districts', a1)).figures[0]!;
    await desk.record(corrected);
    expect(await positionsBehind(desk, before.sources)).toEqual([5, 6]);
    const after = (await ask(desk, 'silent-districts', a1)).figures[0]!;
    expect(await positionsBehind(desk, after.sources)).toEqual([6]);
  });

  it('are paged', async () => {
    const desk = await given(...county);
    const { sources } = (await ask(desk, 'silent-districts', a1)).figures[0]!;
    const prepared = await desk.desk.prepareSources(sources);
    const first = await desk.desk.sources(sources, prepared, { first: 1, history: false });
    expect([first.events.map(({ event }) => event.position), first.hasMore]).toEqual([[5], true]);
    const next = await desk.desk.sources(sources, prepared, {
      first: 1,
      after: first.events[0]!.event.eventId,
      history: false,
    });
    expect([next.events.map(({ event }) => event.position), next.hasMore]).toEqual([[6], false]);
  });

  it.each(['', 'x', 'bnVsbA', Buffer.from('["a",1,"AGENCY","x",{"a":1},null,"d","k"]').toString('base64url')])(
    'a handle that is none of ours (%s) is refused',
    async (handle) => {
      const desk = await given(...county);
      await expect(desk.desk.prepareSources(handle)).rejects.toMatchObject({ code: 'ID_UNKNOWN' });
    },
  );
});

const summable = ['needs-by-focus-area', 'silent-districts', 'micip-plans', 'training-without-coaching'];

describe('a state', () => {
  it.each(summable)('is the sum of its agencies, at any dials: %s', async (slug) => {
    const { events } = new History(7, 300);
    open = await testDesk(events, { now: '2026-12-01T00:00:00Z' });
    const days = ['2023-09-01', '2024-03-01', '2024-09-01', '2025-03-01'];
    const places = [undefined, events[150]!.eventId, events[250]!.eventId];
    for (const dials of days.flatMap((effectiveAsOf) =>
      places.map((recordedAsOf) => ({ effectiveAsOf, recordedAsOf })),
    )) {
      const whole = await ask(open, slug, { state: 'MI', ...dials });
      const parts = agencyNames.slice(0, 3).map((agency) => ask(open, slug, { agency: idOf(agency), ...dials }));
      const figures = (await Promise.all(parts)).flatMap((part) => part.figures);
      const sumOf = (wanted: string) =>
        figures.filter(({ key }) => key === wanted).reduce((sum, { value }) => sum + (value ?? 0), 0);
      for (const { key, value } of whole.figures) expect([key, sumOf(key)]).toEqual([key, value ?? 0]);
    }
  });

  it('is what is asked about when its state agency is named', async () => {
    const desk = await given(...county, stated);
    const byState = await ask(desk, 'needs-by-focus-area', { state: 'MI', ...year });
    expect(await ask(desk, 'needs-by-focus-area', { agency: 'MI', ...year })).toEqual(byState);
    expect(byState).toMatchObject({ state: 'MI', organisation: null });
  });

  it('needs the rights about its state agency', async () => {
    const desk = await given(...county);
    expect((await desk.desk.prepare('silent-districts', { state: 'MI' })).abouts).toEqual([{ agency: idOf('mi') }]);
    expect((await desk.desk.prepare('silent-districts', { state: 'IL' })).abouts).toEqual([{}]);
  });
});

const aboutAgencies = questions.filter((question) => takes(question, 'AGENCY')).map(({ slug }) => slug);

describe('every question about an agency', () => {
  it.each(aboutAgencies)('%s gives the same bytes at the same dials after later events', async (slug) => {
    const history = new History(8, 260);
    open = await testDesk(history.events.slice(0, 200), { now: '2026-12-01T00:00:00Z' });
    const asked = { agency: idOf('a1'), effectiveAsOf: '2024-04-01' };
    const first = await ask(open, slug, asked);
    await open.record(...history.events.slice(200));
    const again = await ask(open, slug, { ...asked, recordedAsOf: first.asOf.eventId! });
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    for (const { sources, value } of again.figures) {
      if (value !== null && value > 0 && !sources.includes('unanswered')) {
        expect((await positionsBehind(open, sources)).length).toBeGreaterThan(0);
      }
    }
  });

  it.each(aboutAgencies)('%s answers before anything was recorded', async (slug) => {
    const desk = await given();
    const answer = await ask(desk, slug, { agency: idOf('a1') });
    expect(answer.asOf).toEqual({ eventId: null, recordedAt: null, effectiveOn: '2026-06-30' });
    for (const figure of answer.figures) expect(['NO_DATA', 'NOT_APPLICABLE']).toContain(figure.state);
  });
});

describe('the record', () => {
  it('R-88 corrections show the earlier value, who, and why', async () => {
    const desk = await given(...county, stated, corrected);
    const answer = await ask(desk, 'corrections', { agency: idOf('a1') });
    expect(answer.figures[0]).toMatchObject({ value: 1, state: 'KNOWN' });
    expect(fields(answer.items[0]!)).toMatchObject({
      type: 'DistrictNeedStated',
      act: 'CORRECTED',
      role: 'COORDINATOR',
    });
    expect(answer.items[0]!.event!.changes).toEqual([{ path: 'cells[SEBH].answer', before: 'UNKNOWN', after: 'NEED' }]);
  });

  it('R-88 a withdrawal shows what was withdrawn', async () => {
    const gone = need(
      'd1',
      {},
      { eff: '2024-01-10', act: 'WITHDRAWN', statement: 'stated', was: { SEBH: 'UNKNOWN' }, agency: 'a1' },
    );
    const desk = await given(...county, stated, gone);
    const answer = await ask(desk, 'corrections', { agency: idOf('a1') });
    expect(answer.items[0]!.event!.changes).toContainEqual({
      path: 'cells[SEBH].answer',
      before: 'UNKNOWN',
      after: null,
    });
  });

  it('history tells what each event changed, in order, and goes on after an event', async () => {
    const again = need('d1', { SEBH: 'NO_NEED' }, { eff: '2024-02-10', id: 'again', agency: 'a1' });
    const desk = await given(...county, stated, again);
    const answer = await ask(desk, 'record-history', { agency: idOf('a1') });
    expect(answer.items.map((item) => item.event!.type)).toEqual([
      'OrganisationPlaced',
      'OrganisationPlaced',
      'DistrictNeedStated',
      'DistrictNeedStated',
    ]);
    expect(answer.items[3]!.event!.changes).toEqual([
      { path: 'cells[SEBH].answer', before: 'UNKNOWN', after: 'NO_NEED' },
      { path: 'effectiveOn', before: '2024-01-10', after: '2024-02-10' },
    ]);
    const page = [
      { name: 'first', value: '1' },
      { name: 'after', value: idOf('stated') },
    ];
    const next = await ask(desk, 'record-history', { agency: idOf('a1'), inputs: page });
    expect(next.items.map((item) => item.event!.id)).toEqual([idOf('again')]);
    const first = await ask(desk, 'record-history', { agency: idOf('a1'), inputs: page.slice(0, 1) });
    expect(first.figures[0]).toMatchObject({ value: 1, state: 'PARTIAL' });
  });

  it('shows no keys of the audit log', async () => {
    const desk = await given({ ...county[1]!, organisations: { agency: idOf('a1') } });
    const answer = await ask(desk, 'record-history', { agency: idOf('a1') });
    expect(answer.items).toHaveLength(1);
    expect(JSON.stringify(answer)).not.toMatch(/tagKey|AAAAAAAA/);
  });

  it.each([
    ['MI-SCHOOL-1', 'record-history', { district: idOf('d1') }],
    ['MI-PROGRAM-1', 'record-as-of', { agency: idOf('a1') }],
    ['MTSS', 'corrections', { agency: idOf('provider') }],
    ['MI', 'record-history', { agency: idOf('mi') }],
    ['MI-03010', 'record-history', { district: idOf('d1') }],
    [`districtRequest-${idOf('d1')}_2023-24`, 'corrections', { district: idOf('d1') }],
    [`organisation-${idOf('school')}`, 'record-as-of', { district: idOf('d1') }],
    [globalId('DistrictRequests', `${idOf('d1')}_2023-24`), 'record-history', { district: idOf('d1') }],
    [globalId('ExplorationCycle', `${idOf('a1')}_2023-24_mimtss-isd_2`), 'record-history', { agency: idOf('a1') }],
  ])(
    'of any kind, such as %s, is asked for with the rights of whom it stands under: %s',
    async (record, slug, about) => {
      const desk = await given(...county, ...lower);
      expect((await desk.desk.prepare(slug, { record })).abouts).toEqual([about]);
    },
  );

  it('of a school is what was recorded of it, and is named by `agency` too', async () => {
    const desk = await given(...county, ...lower, stated);
    const history = await ask(desk, 'record-history', { record: 'MI-SCHOOL-1' });
    expect(history.organisation).toMatchObject({ id: idOf('school'), name: 'school' });
    const types = history.items.map((item) => item.event!.type);
    expect(types).toEqual(['OrganisationRegistered', 'OrganisationPlaced']);
    expect(await ask(desk, 'record-history', { agency: 'MI-SCHOOL-1' })).toEqual(history);
  });

  it('of one stream leaves the others out', async () => {
    const desk = await given(...county, stated, corrected);
    const record = `districtRequest-${idOf('d1')}_2023-24`;
    const types = async (slug: string) => {
      const { stream, items } = await ask(desk, slug, { record, effectiveAsOf: '2024-03-01' });
      expect(stream).toBe(record);
      return items.map((item) => item.event?.type ?? fields(item)['fact']);
    };
    expect(await types('record-history')).toEqual(['DistrictNeedStated', 'DistrictNeedStated']);
    expect(await types('record-as-of')).toEqual(['need']);
    expect(await types('corrections')).toEqual(['DistrictNeedStated']);
  });

  it('marks what is about the sample county', async () => {
    const sample = [
      registered('s1', 'SERVICE_AGENCY', { state: 'ZZ' }),
      registered('s2', 'DISTRICT', { state: 'ZZ' }),
      placed('s2', 's1', { eff: '2023-07-01' }),
    ];
    const desk = await given(...county, ...sample);
    const marks = async (agency: string) => {
      const history = await ask(desk, 'record-history', { agency: idOf(agency) });
      const { items } = await ask(desk, 'silent-districts', { agency: idOf(agency) });
      const named = items.flatMap((item) => item.fields.flatMap(({ organisation }) => organisation ?? []));
      const events = history.items.map((item) => item.event!);
      return [history.organisation!, ...events, ...named].map(({ isSample }) => isSample);
    };
    expect(await marks('s1')).toEqual([true, true, true]);
    expect(await marks('a1')).toEqual([false, false, false, false, false]);
  });

  it('R-94 is readable as of any past date', async () => {
    const desk = await given(...county, stated, corrected);
    const needs = async (recordedAsOf: string) => {
      const answer = await ask(desk, 'record-as-of', { agency: 'MI-03010', recordedAsOf, effectiveAsOf: '2024-03-01' });
      return answer.items.map(fields).flatMap(({ fact, says }) => (fact === 'need' ? [says] : []));
    };
    expect(await needs(idOf('d2 placed'))).toEqual([]);
    expect(await needs(idOf('stated'))).toEqual(['answer UNKNOWN']);
    expect(await needs(idOf('corrected'))).toEqual(['answer NEED']);
  });

  it('the page of an agency puts missing things, requests and events together', async () => {
    const wish = request('d1', [['SEBH', 'TRAINING', 'LIGHT']], { eff: '2024-01-10' });
    const desk = await given(...county, wish, { ...stated, recordedAt: '2026-06-29T12:00:00.000Z' });
    const answer = await ask(desk, 'agency-page', {
      ...a1,
      inputs: [...year.inputs, { name: 'since', value: '2026-06-29' }],
    });
    const kinds = answer.items.map((item) => item.kind);
    expect(kinds).toEqual(['SILENT_DISTRICT', 'SILENT_DISTRICT', 'REQUEST', 'EVENT']);
    expect(fields(answer.items[2]!)).toEqual({
      district: 'MI-d1',
      focusArea: 'SEBH',
      supportType: 'TRAINING',
      amount: 'LIGHT',
    });
  });
});

describe('S14 as of an instant that has just passed', () => {
  const instant = '2026-06-30T15:59:59.999Z';
  const late = { ...stated, recordedAt: instant };
  const asOf = { ...a1, recordedAsOf: instant };

  it('waits for what was handed to the store by then and is not committed yet', async () => {
    const desk = await given(...county);
    const committing = desk.recordUnseen(late);
    expect((await desk.store.head()).position).toBe(county.length);
    const { asOf: dials } = await ask(desk, 'silent-districts', asOf);
    expect(dials).toMatchObject({ eventId: idOf('stated'), recordedAt: instant });
    await committing;
  });

  it('refuses an instant that the clock does not leave behind', async () => {
    const desk = await given(...county);
    const now = { ...a1, recordedAsOf: '2026-06-30T16:00:00.000Z' };
    await expect(ask(desk, 'silent-districts', now)).rejects.toMatchObject({ code: 'RECORDED_IN_FUTURE' });
  });

  it('waits for all of it when more is waiting than fits into one commit', async () => {
    const desk = await given(...county);
    const many = Array.from({ length: 1100 }, (_, index) => ({
      ...need(`e${index}`, { SEBH: 'NEED' }, { eff: '2024-01-10', id: `late ${index}` }),
      recordedAt: instant,
    }));
    const committing = Promise.all(many.map((event) => desk.recordUnseen(event)));
    const first = await ask(desk, 'silent-districts', asOf);
    await committing;
    await desk.catchUp();
    expect((await ask(desk, 'silent-districts', asOf)).asOf).toEqual(first.asOf);
    expect((await desk.store.head()).position).toBe(county.length + 1100);
  });
});

describe('what comes in wrong', () => {
  it.each([
    ['no such question', { agency: 'x' }, 'QUESTION_UNKNOWN'],
    ['silent-districts', {}, 'SCOPE_MISSING'],
    ['silent-districts', { agency: 'x', state: 'MI' }, 'SCOPE_MISSING'],
    ['silent-districts', { agency: 'no such place' }, 'ORGANISATION_UNKNOWN'],
    ['silent-districts', { agency: `no ${'x'.repeat(100_000)}` }, 'ORGANISATION_UNKNOWN'],
    ['silent-districts', { agency: 'MI-SCHOOL-1' }, 'SCOPE_MISFIT'],
    ['silent-districts', { record: 'MI-SCHOOL-1' }, 'SCOPE_MISFIT'],
    ['record-as-of', { record: 'MI-SCHOOL-1', agency: 'x' }, 'SCOPE_MISSING'],
    ['record-history', { record: 'no such place' }, 'ORGANISATION_UNKNOWN'],
    ['agency-page', { agency: 'MTSS' }, 'SCOPE_MISFIT'],
    ['silent-districts', { state: 'Michigan' }, 'INPUT_INVALID'],
    ['silent-districts', { agency: 'x', inputs: [{ name: 'focus', value: 'SEBH' }] }, 'INPUT_UNKNOWN'],
    ['silent-districts', { agency: 'x', inputs: [{ name: '__proto__', value: 'SEBH' }] }, 'INPUT_UNKNOWN'],
    ['silent-districts', { agency: 'x', inputs: [{ name: 'schoolYear', value: '2023-25' }] }, 'INPUT_INVALID'],
    ['silent-districts', { agency: 'x', inputs: [...year.inputs, ...year.inputs] }, 'INPUT_INVALID'],
    ['record-history', { agency: 'x', inputs: [{ name: 'first', value: '0' }] }, 'TOO_LARGE'],
    ['record-history', { agency: 'x', inputs: [{ name: 'first', value: '9999' }] }, 'TOO_LARGE'],
    ['record-history', { agency: 'x', inputs: [{ name: 'after', value: idOf('nothing') }] }, 'ID_UNKNOWN'],
    ['record-history', { state: 'MI' }, 'SCOPE_MISFIT'],
    ['record-history', { record: `explorationCycle-${idOf('a1')}_2019-20_mimtss-isd` }, 'ID_UNKNOWN'],
    ['record-as-of', { record: globalId('DistrictRequests', `${idOf('d1')}_2019-20`) }, 'ID_UNKNOWN'],
    ['corrections', { record: `nonsense-${idOf('d1')}` }, 'ID_UNKNOWN'],
    ['silent-districts', { agency: 'x', effectiveAsOf: '2024-02-30' }, 'INPUT_INVALID'],
    ['silent-districts', { agency: 'x', recordedAsOf: 'yesterday' }, 'INPUT_INVALID'],
    ['silent-districts', { agency: 'x', recordedAsOf: idOf('nothing') }, 'EVENT_UNKNOWN'],
  ])('%s %j is refused with %s', async (slug, asked, code) => {
    const desk = await given(...county);
    await expect(ask(desk, slug, asked)).rejects.toMatchObject({ code });
  });
});
