import { idOf } from '@waymark/kernel/testing';
import { ask, testDesk, type TestDesk } from '../testing/desk.js';
import { need, placed, registered, request } from '../testing/said.js';
import { leavesOf } from './record-changes.js';

let open: TestDesk;
afterEach(() => open?.close());

const county = [
  registered('a1', 'SERVICE_AGENCY'),
  registered('d1', 'DISTRICT'),
  placed('d1', 'a1', { eff: '2023-07-01' }),
];

async function lastChanges(...events: Parameters<typeof testDesk>[0]) {
  open = await testDesk([...county, ...events]);
  const answer = await ask(open, 'record-history', { agency: idOf('a1') });
  return answer.items.at(-1)!.event!.changes;
}

describe('what an event changed', () => {
  it('compares cells by what they are about, not by where they stand', async () => {
    const changes = await lastChanges(
      need('d1', { SEBH: 'NEED', LITERACY: 'UNKNOWN' }, { eff: '2024-01-10', agency: 'a1' }),
      need('d1', { LITERACY: 'UNKNOWN', SEBH: 'NO_NEED' }, { eff: '2024-01-10', agency: 'a1' }),
    );
    expect(changes).toEqual([{ path: 'cells[SEBH].answer', before: 'NEED', after: 'NO_NEED' }]);
  });

  it('of a matrix shows the one cell that a correction drops', async () => {
    const matrix = [
      ['SEBH', 'TRAINING', 'LIGHT'],
      ['SEBH', 'COACHING', 'LIGHT'],
      ['LITERACY', 'COACHING', 'LIGHT'],
    ] as const;
    const when = { eff: '2024-01-10', agency: 'a1' };
    const changes = await lastChanges(
      request('d1', matrix, { ...when, id: 'matrix' }),
      request('d1', [matrix[0], matrix[2]], { ...when, act: 'CORRECTED', statement: 'matrix', was: matrix }),
    );
    expect(changes.map(({ path, after }) => [path, after])).toEqual([
      ['cells[SEBH COACHING].amount', null],
      ['cells[SEBH COACHING].focusArea', null],
      ['cells[SEBH COACHING].supportType', null],
    ]);
  });

  it('counts entries about the same thing, and numbers those about nothing that has a name', () => {
    const said = {
      parts: [
        { part: 'strength', value: { kind: 'SCALE5', focusArea: 'SEBH', level: 1 } },
        { part: 'strength', value: { kind: 'SCALE5', focusArea: 'SEBH', level: 2 } },
      ],
      sources: [{ kind: 'SURVEY' }, { kind: 'SURVEY' }],
      focusAreas: ['SEBH', 'OTHER'],
    };
    expect([...leavesOf(said).keys()].filter((path) => !/\.(part|kind|focusArea)$/.test(path))).toEqual([
      'parts[strength SEBH].value.level',
      'parts[strength SEBH #2].value.level',
      'focusAreas[SEBH]',
      'focusAreas[OTHER]',
    ]);
    expect([...leavesOf(said).keys()]).toContain('sources[1].kind');
  });

  it('is looked up for all events of a page at once', async () => {
    const said = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        need(
          'd1',
          { SEBH: index % 2 === 0 ? 'NEED' : 'NO_NEED' },
          { eff: '2024-01-10', id: `said ${index}`, agency: 'a1' },
        ),
      );
    const selectsFor = async (count: number) => {
      open = await testDesk([...county, ...said(count)]);
      const { reads } = open;
      let selects = 0;
      const rows = reads.rows.bind(reads);
      reads.rows = (...given: Parameters<typeof rows>) => {
        selects += 1;
        return rows(...given) as never;
      };
      const { items } = await ask(open, 'record-history', { agency: idOf('a1') });
      await open.close();
      const changes = items.slice(-count + 1).map((item) => item.event!.changes);
      const flips = changes.map((_, index) => (index % 2 === 0 ? ['NEED', 'NO_NEED'] : ['NO_NEED', 'NEED']));
      expect(changes).toEqual(flips.map(([before, after]) => [{ path: 'cells[SEBH].answer', before, after }]));
      return selects;
    };
    expect(await selectsFor(30)).toBe(await selectsFor(3));
  });

  it('shows neither sealed texts nor keys', () => {
    const hidden = { tagKey: 'k', notes: ['enc:1:abc'], cells: [{ focusArea: 'enc:1:abc', answer: 'NEED' }] };
    expect([...leavesOf(hidden)]).toEqual([['cells[0].answer', 'NEED']]);
  });
});
