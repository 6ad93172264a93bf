import type { Happened } from '@waymark/event-store/testing';
import { oneYearEarlier } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { ask, testDesk, type TestDesk } from '../testing/desk.js';
import { closed, need, placed, registered, request, said } from '../testing/said.js';
import { needFact } from './district-request.facts.js';
import { inForce } from './in-force.js';
import { placementFact } from './organisation.facts.js';
import { sql } from './sql.js';
import type { FactKind } from './fact-kind.js';

let open: TestDesk | undefined;
async function given(...events: readonly Happened[]): Promise<TestDesk> {
  open = await testDesk(events);
  return open;
}
afterEach(async () => {
  await open?.close();
  open = undefined;
});

/** What was in force at position P on day D: by "believed now" when P is the newest position, and by position alike. */
async function atDials(desk: TestDesk, kind: FactKind, P: number, D: string, column: string, where = sql`1 = 1`) {
  const head = (await desk.store.head()).position;
  const views = [
    { position: P, current: false, on: D },
    ...(P === head ? [{ position: P, current: true, on: D }] : []),
  ];
  const found = await Promise.all(
    views.map(async (view) => {
      const query = sql`select * from ${inForce(view, kind, 'f', where)} order by row_id`;
      return (await desk.reads.rows<Record<string, unknown>>(query.text, query.params)).map((row) => row[column]);
    }),
  );
  for (const other of found) expect(other).toEqual(found[0]);
  return found[0]!;
}

const sebh = (desk: TestDesk, P: number, D: string) =>
  atDials(desk, needFact, P, D, 'answer', sql`focus_area = 'SEBH'`);
const areas = (desk: TestDesk, P: number, D: string) => atDials(desk, needFact, P, D, 'focus_area');
const agency = async (desk: TestDesk, P: number, D: string) =>
  (await atDials(desk, placementFact, P, D, 'parent')).map((id) => ['a1', 'a2'].find((name) => idOf(name) === id));

const agenciesAndDistrict = [
  registered('a1', 'SERVICE_AGENCY'),
  registered('a2', 'SERVICE_AGENCY'),
  registered('d1', 'DISTRICT'),
];

describe('facts', () => {
  it('S1 belief and truth begin at their first moment and end before their last', async () => {
    const desk = await given(
      need('d1', { OTHER: 'NEED' }, { eff: '2024-01-01' }),
      need('d1', { SEBH: 'NEED' }, { eff: '2024-03-01', id: 'a' }),
      need('d1', { SEBH: 'NO_NEED' }, { eff: '2024-04-01' }),
      need('d1', {}, { eff: '2024-03-01', act: 'WITHDRAWN', statement: 'a', was: { SEBH: 'NEED' } }),
    );
    expect(await sebh(desk, 1, '2024-03-15')).toEqual([]);
    expect(await sebh(desk, 2, '2024-03-15')).toEqual(['NEED']);
    expect(await sebh(desk, 3, '2024-03-31')).toEqual(['NEED']);
    expect(await sebh(desk, 3, '2024-04-01')).toEqual(['NO_NEED']);
    expect(await sebh(desk, 3, '2024-02-29')).toEqual([]);
    expect(await sebh(desk, 4, '2024-03-15')).toEqual([]);
  });

  it('S2 the statement of the latest day wins among those believed and begun', async () => {
    const desk = await given(
      need('d1', { SEBH: 'NEED' }, { eff: '2024-03-01' }),
      need('d1', { SEBH: 'NO_NEED' }, { eff: '2024-05-01' }),
    );
    expect(await sebh(desk, 2, '2024-04-30')).toEqual(['NEED']);
    expect(await sebh(desk, 2, '2024-05-01')).toEqual(['NO_NEED']);
    expect(await sebh(desk, 1, '2024-05-01')).toEqual(['NEED']);
  });

  it('S3 a late entry takes its place by its day', async () => {
    const desk = await given(
      need('d1', { SEBH: 'NO_NEED' }, { eff: '2024-05-01' }),
      need('d1', { SEBH: 'NEED' }, { eff: '2024-04-01' }),
    );
    expect(await sebh(desk, 2, '2024-06-01')).toEqual(['NO_NEED']);
    expect(await sebh(desk, 2, '2024-04-15')).toEqual(['NEED']);
    expect(await sebh(desk, 1, '2024-04-15')).toEqual([]);
  });

  it('S4 on one day the later statement wins, and a correction keeps the place of its statement', async () => {
    const desk = await given(
      need('d1', { SEBH: 'UNKNOWN' }, { eff: '2024-03-01', id: 'a' }),
      need('d1', { SEBH: 'NO_NEED' }, { eff: '2024-03-01' }),
      need('d1', { SEBH: 'NEED' }, { eff: '2024-03-01', act: 'CORRECTED', statement: 'a', was: { SEBH: 'UNKNOWN' } }),
    );
    expect(await sebh(desk, 2, '2024-03-01')).toEqual(['NO_NEED']);
    expect(await sebh(desk, 3, '2024-03-01')).toEqual(['NO_NEED']);
  });

  it('S5 a correction may change the key: the old one is no longer said, on any day, from then on', async () => {
    const desk = await given(
      need('d1', { SEBH: 'NEED' }, { eff: '2024-03-01', id: 'a' }),
      need('d1', { LITERACY: 'NEED' }, { eff: '2024-03-01', act: 'CORRECTED', statement: 'a', was: { SEBH: 'NEED' } }),
    );
    expect(await areas(desk, 1, '2024-06-01')).toEqual(['SEBH']);
    expect(await areas(desk, 2, '2024-06-01')).toEqual(['LITERACY']);
    expect(await areas(desk, 2, '2024-03-01')).toEqual(['LITERACY']);
  });

  it('S5 a correction may change day and value, drop cells and add others', async () => {
    const desk = await given(
      need('d1', { SEBH: 'NEED', LITERACY: 'NEED' }, { eff: '2024-03-01', id: 'a' }),
      need(
        'd1',
        { SEBH: 'NO_NEED', OTHER: 'NEED' },
        { eff: '2024-02-01', act: 'CORRECTED', statement: 'a', was: { SEBH: 'NEED', LITERACY: 'NEED' } },
      ),
    );
    expect(await areas(desk, 2, '2024-03-01')).toEqual(['SEBH', 'OTHER']);
    expect(await sebh(desk, 2, '2024-02-01')).toEqual(['NO_NEED']);
    expect(await sebh(desk, 1, '2024-02-01')).toEqual([]);
  });

  it('S6 a correction of a correction speaks for the one statement', async () => {
    const desk = await given(
      need('d1', { SEBH: 'UNKNOWN' }, { eff: '2024-03-01', id: 'a' }),
      need(
        'd1',
        { SEBH: 'NEED' },
        { eff: '2024-03-01', id: 'b', act: 'CORRECTED', statement: 'a', was: { SEBH: 'UNKNOWN' } },
      ),
      need(
        'd1',
        { SEBH: 'NO_NEED' },
        { eff: '2024-03-01', act: 'CORRECTED', statement: 'a', corrects: 'b', was: { SEBH: 'NEED' } },
      ),
    );
    expect(await sebh(desk, 2, '2024-03-01')).toEqual(['NEED']);
    expect(await sebh(desk, 3, '2024-03-01')).toEqual(['NO_NEED']);
    expect(await atDials(desk, needFact, 3, '2024-03-01', 'root_position')).toEqual([1]);
  });

  it('S7 a correction with the same content is the source from then on', async () => {
    const desk = await given(
      need('d1', { SEBH: 'NEED' }, { eff: '2024-03-01', id: 'a' }),
      need('d1', { SEBH: 'NEED' }, { eff: '2024-03-01', act: 'CORRECTED', statement: 'a', was: { SEBH: 'NEED' } }),
    );
    expect(await sebh(desk, 2, '2024-03-01')).toEqual(['NEED']);
    expect(await atDials(desk, needFact, 1, '2024-03-01', 'event_position')).toEqual([1]);
    expect(await atDials(desk, needFact, 2, '2024-03-01', 'event_position')).toEqual([2]);
  });

  it('S8 what is withdrawn never was: the key falls back to the next', async () => {
    const desk = await given(
      need('d1', { SEBH: 'NEED' }, { eff: '2024-03-01' }),
      need('d1', { SEBH: 'NO_NEED' }, { eff: '2024-03-01', id: 'b' }),
      need('d1', {}, { eff: '2024-03-01', act: 'WITHDRAWN', statement: 'b', was: { SEBH: 'NO_NEED' } }),
    );
    expect(await sebh(desk, 2, '2024-03-01')).toEqual(['NO_NEED']);
    expect(await sebh(desk, 3, '2024-03-01')).toEqual(['NEED']);
  });

  it('S8 a withdrawal is final: correcting it stops the projection', async () => {
    const desk = await given(
      need('d1', { SEBH: 'NEED' }, { eff: '2024-03-01', id: 'a' }),
      need('d1', {}, { eff: '2024-03-01', act: 'WITHDRAWN', statement: 'a', was: { SEBH: 'NEED' } }),
    );
    const late = need(
      'd1',
      { SEBH: 'NEED' },
      { eff: '2024-03-01', act: 'CORRECTED', statement: 'a', was: { SEBH: 'NEED' } },
    );
    await expect(desk.record(late)).rejects.toThrow('no believed need');
  });

  it('S9 an end is a statement: a district that closed stands under nobody after its last day', async () => {
    const desk = await given(
      ...agenciesAndDistrict,
      placed('d1', 'a1', { eff: '2023-07-01' }),
      closed('d1', { eff: '2024-02-29' }),
    );
    expect(await agency(desk, 4, '2024-04-01')).toEqual(['a1']);
    expect(await agency(desk, 5, '2024-02-29')).toEqual(['a1']);
    expect(await agency(desk, 5, '2024-03-01')).toEqual([undefined]);
  });

  it('S8, S9 an end that is called off never was, from when it was called off', async () => {
    const end = { eff: '2024-02-29' };
    const desk = await given(
      ...agenciesAndDistrict,
      placed('d1', 'a1', { eff: '2023-07-01' }),
      closed('d1', { ...end, id: 'end' }),
      closed('d1', { ...end, act: 'WITHDRAWN', statement: 'end' }),
    );
    expect(await agency(desk, 5, '2024-03-01')).toEqual([undefined]);
    expect(await agency(desk, 6, '2024-03-01')).toEqual(['a1']);
  });

  it('S10 an end entered late does not silence what was stated for later', async () => {
    const desk = await given(
      ...agenciesAndDistrict,
      placed('d1', 'a1', { eff: '2023-07-01' }),
      placed('d1', 'a2', { eff: '2024-04-01' }),
      closed('d1', { eff: '2024-02-29' }),
    );
    expect(await agency(desk, 6, '2024-03-15')).toEqual([undefined]);
    expect(await agency(desk, 6, '2024-04-01')).toEqual(['a2']);
  });

  it('S11 a planned move is unseen until its day, however early it is known', async () => {
    const desk = await given(
      ...agenciesAndDistrict,
      placed('d1', 'a1', { eff: '2023-07-01' }),
      placed('d1', 'a2', { eff: '2024-07-01' }),
    );
    expect(await agency(desk, 5, '2024-06-30')).toEqual(['a1']);
    expect(await agency(desk, 5, '2024-07-01')).toEqual(['a2']);
    expect(await agency(desk, 4, '2024-07-01')).toEqual(['a1']);
  });

  it('S12 a statement that is beaten on its own day is still a row', async () => {
    const desk = await given(
      need('d1', { SEBH: 'NEED' }, { eff: '2024-03-01' }),
      need('d1', { SEBH: 'NO_NEED' }, { eff: '2024-03-01' }),
    );
    const rows = await desk.reads.rows(
      `select effective_from, effective_until from fact_need where event_position = 1 and until_position > 2`,
    );
    expect(rows).toEqual([{ effective_from: '2024-03-01', effective_until: '2024-03-01' }]);
  });
});

const instant = (text: string) => `2024-05-01T10:00:00.${text}Z`;

describe('dials', () => {
  const history = [
    registered('a1', 'SERVICE_AGENCY', { at: instant('000') }),
    registered('d1', 'DISTRICT', { at: instant('100') }),
    placed('d1', 'a1', { eff: '2023-07-01', at: instant('200'), id: 'same-1' }),
    need('d1', { SEBH: 'NEED' }, { eff: '2024-03-01', at: instant('200'), id: 'same-2' }),
  ];
  const asked = { agency: idOf('a1'), inputs: [{ name: 'schoolYear', value: '2023-24' }], effectiveAsOf: '2024-05-01' };
  const needs = async (desk: TestDesk, recordedAsOf: string) => {
    const answer = await ask(desk, 'needs-by-focus-area', { ...asked, recordedAsOf });
    return { known: answer.asOf.eventId, state: answer.figures[0]!.state };
  };

  it('S13 an instant stands for the last event recorded up to it', async () => {
    const desk = await given(...history);
    expect(await needs(desk, instant('200'))).toEqual({ known: idOf('same-2'), state: 'KNOWN' });
    expect((await needs(desk, instant('199'))).state).toBe('NOT_APPLICABLE');
    expect(await needs(desk, '2024-04-30T10:00:00Z')).toEqual({ known: null, state: 'NOT_APPLICABLE' });
  });

  it('S14 tables that have not passed the instant are waited for', async () => {
    const desk = await given(...history.slice(0, 2));
    await desk.recordUnseen(...history.slice(2));
    expect(await needs(desk, instant('200'))).toEqual({ known: idOf('same-2'), state: 'KNOWN' });
    expect(desk.waitedFor).toEqual([4]);
    await needs(desk, instant('100'));
    expect(desk.waitedFor).toEqual([4]);
  });

  it('S14 an instant to come is refused', async () => {
    const desk = await given(...history);
    await expect(needs(desk, '2199-01-01T00:00:00Z')).rejects.toMatchObject({ code: 'RECORDED_IN_FUTURE' });
  });

  it('S15 an answer carries the last event, and asked by it gives the same bytes whatever follows', async () => {
    const desk = await given(...history);
    const first = await ask(desk, 'needs-by-focus-area', asked);
    await desk.record(need('d1', { SEBH: 'NO_NEED' }, { eff: '2024-03-01', at: instant('200') }));
    const again = await ask(desk, 'needs-by-focus-area', { ...asked, recordedAsOf: first.asOf.eventId! });
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    const now = await ask(desk, 'needs-by-focus-area', asked);
    expect(now.figures[0]!.value).toBe(0);
  });
});

const needing = async (desk: TestDesk, of: object, D: string, recordedAsOf?: string) => {
  const answer = await ask(desk, 'needs-by-focus-area', {
    ...of,
    inputs: [{ name: 'schoolYear', value: '2023-24' }],
    effectiveAsOf: D,
    recordedAsOf,
  });
  const figure = answer.figures.find(({ key }) => key === 'districts-with-need?focusArea=SEBH')!;
  return figure.state === 'NOT_APPLICABLE' ? figure.state : figure.value;
};
const a1 = { agency: idOf('a1') };
const a2 = { agency: idOf('a2') };

describe('ownership', () => {
  it('S16 what a district said goes with the district', async () => {
    const desk = await given(
      ...agenciesAndDistrict,
      placed('d1', 'a1', { eff: '2023-07-01' }),
      need('d1', { SEBH: 'NEED' }, { eff: '2024-03-01' }),
      placed('d1', 'a2', { eff: '2024-07-01' }),
    );
    expect([await needing(desk, a1, '2024-06-30'), await needing(desk, a2, '2024-06-30')]).toEqual([
      1,
      'NOT_APPLICABLE',
    ]);
    expect([await needing(desk, a1, '2024-07-01'), await needing(desk, a2, '2024-07-01')]).toEqual([
      'NOT_APPLICABLE',
      1,
    ]);
  });

  it('S17 what an agency said stays with the agency', async () => {
    const cycle = { subjectId: idOf('a1'), schoolYear: '2023-24', lineage: 'mimtss-isd', cycle: 1 };
    const desk = await given(
      ...agenciesAndDistrict,
      placed('d1', 'a1', { eff: '2023-07-01' }),
      said(
        'CountyNeedStated',
        'explorationCycle-1',
        {
          ...cycle,
          need: { needId: idOf('n1'), focusArea: 'SEBH', statement: 'text', sources: [] },
        },
        { eff: '2024-03-01', agency: 'a1' },
      ),
      placed('d1', 'a2', { eff: '2024-07-01' }),
    );
    const county = async (of: object) => {
      const answer = await ask(desk, 'needs-by-focus-area', {
        ...of,
        inputs: [{ name: 'schoolYear', value: '2023-24' }],
        effectiveAsOf: '2024-07-01',
      });
      return answer.figures.find(({ key }) => key === 'county-needs?focusArea=SEBH')!.value;
    };
    expect([await county(a1), await county(a2)]).toEqual([1, null]);
  });

  it('S18 a late, corrected or withdrawn move changes answers from its event on, and none before', async () => {
    const desk = await given(
      ...agenciesAndDistrict,
      placed('d1', 'a1', { eff: '2023-07-01' }),
      need('d1', { SEBH: 'NEED' }, { eff: '2023-09-01', id: 'before' }),
      placed('d1', 'a2', { eff: '2023-08-01', id: 'move' }),
      placed('d1', 'a2', {
        eff: '2024-08-01',
        id: 'moved',
        act: 'CORRECTED',
        statement: 'move',
        was: ['a2', '2023-08-01'],
      }),
      placed('d1', 'a2', {
        eff: '2024-08-01',
        id: 'undone',
        act: 'WITHDRAWN',
        statement: 'move',
        corrects: 'moved',
        was: ['a2', '2024-08-01'],
      }),
    );
    const day = '2024-09-01';
    expect(await needing(desk, a1, day, idOf('before'))).toBe(1);
    expect(await needing(desk, a2, '2023-12-01', idOf('move'))).toBe(1);
    expect(await needing(desk, a1, '2023-12-01', idOf('moved'))).toBe(1);
    expect(await needing(desk, a2, day, idOf('moved'))).toBe(1);
    expect(await needing(desk, a1, day, idOf('undone'))).toBe(1);
  });

  it('S19 last year is one year earlier, with the members of that day', async () => {
    expect(oneYearEarlier('2024-02-29')).toBe('2023-02-28');
    const desk = await given(
      ...agenciesAndDistrict,
      registered('d2', 'DISTRICT'),
      placed('d1', 'a1', { eff: '2022-07-01' }),
      placed('d2', 'a1', { eff: '2023-12-01' }),
      need('d1', { SEBH: 'NEED' }, { eff: '2022-10-01', year: '2022-23' }),
      need('d2', { SEBH: 'NEED' }, { eff: '2022-10-01', year: '2022-23' }),
      need('d1', { SEBH: 'NEED' }, { eff: '2023-10-01' }),
      need('d2', { SEBH: 'NEED' }, { eff: '2023-10-01' }),
    );
    const answer = await ask(desk, 'change-against-last-year', { ...a1, effectiveAsOf: '2024-02-29' });
    const sebh = answer.figures.filter(({ key }) => key.includes('need?focusArea=SEBH'));
    // The district that came meanwhile is counted this year, and is no change of those that were there before.
    expect(sebh.map(({ value, state }) => [value, state])).toEqual([
      [2, 'KNOWN'],
      [1, 'KNOWN'],
      [0, 'PARTIAL'],
    ]);
  });

  it('S20 a district that stands under no agency is in no count', async () => {
    const desk = await given(
      ...agenciesAndDistrict,
      registered('d2', 'DISTRICT'),
      placed('d1', 'a1', { eff: '2023-07-01' }),
      need('d1', { SEBH: 'NEED' }, { eff: '2024-03-01' }),
      need('d2', { SEBH: 'NEED' }, { eff: '2024-03-01' }),
    );
    expect(await needing(desk, { state: 'MI' }, '2024-06-01')).toBe(1);
    expect(await needing(desk, a1, '2024-06-01')).toBe(1);
  });
});

describe('states of a figure', () => {
  const figures = async (...events: Happened[]) => {
    const desk = await given(...agenciesAndDistrict, registered('d2', 'DISTRICT'), ...events);
    const answer = await ask(desk, 'needs-by-focus-area', {
      ...a1,
      inputs: [{ name: 'schoolYear', value: '2023-24' }],
    });
    const { value, state } = answer.figures.find(({ key }) => key === 'districts-with-need?focusArea=SEBH')!;
    return { value, state };
  };
  const both = [placed('d1', 'a1', { eff: '2023-07-01' }), placed('d2', 'a1', { eff: '2023-07-01' })];

  it('nobody there: not applicable', async () => {
    expect(await figures()).toEqual({ value: null, state: 'NOT_APPLICABLE' });
  });
  it('nobody spoke, or all said "unknown": no data, never 0', async () => {
    expect(await figures(...both)).toEqual({ value: null, state: 'NO_DATA' });
    await open?.close();
    const unknown = need('d1', { SEBH: 'UNKNOWN' }, { eff: '2024-03-01' });
    expect(await figures(...both, unknown)).toEqual({ value: null, state: 'NO_DATA' });
  });
  it('some spoke: partial, and 0 is a value', async () => {
    const none = need('d1', { SEBH: 'NO_NEED' }, { eff: '2024-03-01' });
    expect(await figures(...both, none)).toEqual({ value: 0, state: 'PARTIAL' });
  });
  it('all spoke: known', async () => {
    const all = ['d1', 'd2'].map((district) => need(district, { SEBH: 'NEED' }, { eff: '2024-03-01' }));
    expect(await figures(...both, ...all)).toEqual({ value: 2, state: 'KNOWN' });
  });
  it('a request with two cells for one key stops the projection', async () => {
    const twice = request(
      'd1',
      [
        ['SEBH', 'TRAINING', 'LIGHT'],
        ['SEBH', 'TRAINING', 'NONE'],
      ],
      { eff: '2024-03-01' },
    );
    await expect(given(twice)).rejects.toThrow('two cells for one request');
  });
});
