import type { Happened } from '@waymark/event-store/testing';
import { idOf } from '@waymark/kernel/testing';
import { ask, testDesk, type TestDesk } from '../testing/desk.js';
import { countyNeed, need, placed, registered } from '../testing/said.js';

let open: TestDesk;
afterEach(() => open?.close());

const county = [
  registered('mi', 'STATE_AGENCY'),
  ...['a1', 'a2'].map((agency) => registered(agency, 'SERVICE_AGENCY')),
  ...['d1', 'd2', 'd3'].map((district) => registered(district, 'DISTRICT')),
  placed('d1', 'a1', { eff: '2022-07-01' }),
  placed('d2', 'a1', { eff: '2022-07-01' }),
  placed('d3', 'a1', { eff: '2024-01-01' }),
];

/** The figures of a question in spring 2024, by key: value, state and reason. */
async function figures(slug: string, events: readonly Happened[], scope: object = { agency: idOf('a1') }) {
  open = await testDesk([...county, ...events]);
  const answer = await ask(open, slug, { ...scope, effectiveAsOf: '2024-03-01' });
  return new Map(answer.figures.map(({ key, value, state, reason }) => [key, [value, state, reason]]));
}

describe('needs of the county', () => {
  const of = (found: Map<string, unknown[]>, area: string) => found.get(`county-needs?focusArea=${area}`);

  it('R-85 are no data, not 0, as long as the agency stated none at all', async () => {
    const found = await figures('needs-by-focus-area', []);
    const nothing = [null, 'NO_DATA', 'None of the 1 agencies said anything about this.'];
    expect(of(found, 'SEBH')).toEqual(nothing);
    expect(of(found, 'LITERACY')).toEqual(nothing);
  });

  it('are none, and known to be, in the areas that an agency left out when it stated others', async () => {
    const found = await figures('needs-by-focus-area', [countyNeed('a1', 'SEBH', { eff: '2023-09-15' })]);
    expect(of(found, 'SEBH')).toEqual([1, 'KNOWN', null]);
    expect(of(found, 'LITERACY')).toEqual([0, 'KNOWN', null]);
  });

  it('of another year say nothing about this one', async () => {
    const lastYear = countyNeed('a1', 'SEBH', { eff: '2022-09-15', year: '2022-23' });
    expect(of(await figures('needs-by-focus-area', [lastYear]), 'SEBH')![1]).toBe('NO_DATA');
  });

  it('of a state are partial while an agency is silent', async () => {
    const stated = countyNeed('a1', 'SEBH', { eff: '2023-09-15' });
    const found = await figures('needs-by-focus-area', [stated], { state: 'MI' });
    expect(of(found, 'SEBH')).toEqual([1, 'PARTIAL', '1 of 2 agencies said nothing.']);
  });
});

describe('a change against last year', () => {
  const lastYear = { eff: '2022-10-01', year: '2022-23' };
  const thisYear = { eff: '2023-10-01' };
  const sebh = (found: Map<string, unknown[]>, year: string) =>
    found.get(`districts-with-need?focusArea=SEBH&year=${year}`);

  it('compares those alone that spoke in both years, and says how many they are', async () => {
    const found = await figures('change-against-last-year', [
      need('d1', { SEBH: 'NO_NEED' }, lastYear),
      need('d1', { SEBH: 'NEED' }, thisYear),
      need('d2', { SEBH: 'UNKNOWN' }, lastYear),
      need('d2', { SEBH: 'NEED' }, thisYear),
      need('d3', { SEBH: 'NEED' }, { eff: '2024-02-01' }),
    ]);
    expect(sebh(found, 'LAST')).toEqual([0, 'PARTIAL', '1 of 2 districts said nothing.']);
    expect(sebh(found, 'THIS')).toEqual([3, 'KNOWN', null]);
    expect(sebh(found, 'CHANGE')).toEqual([
      ...[1, 'PARTIAL'],
      'Compares 1 of 3 districts: those that spoke in both years.',
    ]);
  });

  it('is no data when one year has none, and names the year', async () => {
    const found = await figures('change-against-last-year', [need('d1', { SEBH: 'NEED' }, thisYear)]);
    expect(sebh(found, 'CHANGE')).toEqual([
      ...[null, 'NO_DATA'],
      'Last year: None of the 2 districts said anything about this.',
    ]);
  });

  it('is no data when nobody spoke in both years', async () => {
    const found = await figures('change-against-last-year', [
      need('d1', { SEBH: 'NEED' }, lastYear),
      need('d2', { SEBH: 'NEED' }, thisYear),
    ]);
    expect(sebh(found, 'CHANGE')).toEqual([...[null, 'NO_DATA'], 'None of the 3 districts spoke in both years.']);
  });
});
