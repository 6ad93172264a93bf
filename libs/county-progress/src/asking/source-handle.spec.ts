import { DomainError } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { takes } from '../questions/question.js';
import { questions } from '../questions/question-catalogue.js';
import { ask, testDesk, type TestDesk } from '../testing/desk.js';
import { Draw } from '../testing/draw.js';
import { agencyNames, History } from '../testing/history.js';

type Parts = [string, number, string, string, object, string | null, string, string];

const partsOf = (handle: string) => JSON.parse(Buffer.from(handle, 'base64url').toString('utf8')) as Parts;
const handleOf = (parts: readonly unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

describe('handles of sources', () => {
  let desk: TestDesk;
  let handles: string[];
  beforeAll(async () => {
    desk = await testDesk(new History(9, 260).events, { now: '2026-12-01T00:00:00Z' });
    handles = [];
    for (const { slug } of questions.filter((question) => takes(question, 'AGENCY'))) {
      for (const effectiveAsOf of ['2024-02-01', '2025-01-10']) {
        for (const agency of agencyNames) {
          const { figures, items } = await ask(desk, slug, { agency: idOf(agency), effectiveAsOf });
          handles.push(...figures.map(({ sources }) => sources), ...items.flatMap(({ sources }) => sources ?? []));
        }
      }
    }
    handles = [...new Set(handles)];
  });
  afterAll(() => desk.close());

  async function opened(handle: string) {
    const prepared = await desk.desk.prepareSources(handle);
    return desk.desk.sources(handle, prepared, { first: 5, history: false });
  }

  it('open as they were given out, whatever they are of', async () => {
    const kinds = new Set(handles.map((handle) => partsOf(handle)[7].replace(/\?.*/, '')));
    expect(kinds).toContain('fact');
    expect(kinds).toContain('silent-district');
    for (const handle of handles) await expect(opened(handle)).resolves.toBeDefined();
  });

  const first = (slug: string) => partsOf(handles.find((handle) => partsOf(handle)[0] === slug)!);

  it.each([
    ['training-without-coaching', 'no-such-figure'],
    ['training-without-coaching', 'constructor?focusArea=SEBH'],
    ['needs-by-focus-area', 'districts-with-need'],
    ['needs-by-focus-area', 'districts-with-need?focusArea=SEBH&district=x'],
    ['needs-by-focus-area', 'districts-with-need?focusArea=%00'],
    ['open-cycles', 'unanswered-items?organisation=x&schoolYear=2024-25&lineage=x&cycle=many'],
    ['open-cycles', 'unanswered-items?organisation=x&schoolYear=2024-25&lineage=x&cycle=1e400'],
    ['change-against-last-year', 'districts-with-need?focusArea=SEBH&year=NEXT'],
    ['agency-page', '__proto__'],
    ['record-as-of', 'fact?fact=need'],
  ])('of %s are refused with the key %s, which it never gave out', async (slug, key) => {
    await expect(opened(handleOf([...first(slug).slice(0, 7), key]))).rejects.toMatchObject({ code: 'ID_UNKNOWN' });
  });

  it('are refused about an organisation of another kind than they say', async () => {
    const [slug, version, , place, ...rest] = first('silent-districts');
    const forged = handleOf([slug, version, 'DISTRICT', place, ...rest]);
    await expect(opened(forged)).rejects.toMatchObject({ code: 'ID_UNKNOWN' });
  });

  it('answer with nothing but refusals of ours when they were tampered with', async () => {
    const draw = new Draw(17);
    const codes = new Set<string>();
    for (let times = 0; times < 3000; times += 1) {
      const handle = tampered(draw, draw.one(handles), draw.one(handles));
      try {
        await opened(handle);
      } catch (error) {
        if (!(error instanceof DomainError)) {
          throw new Error(`${Buffer.from(handle, 'base64url').toString('utf8')} gave ${String(error)}`, {
            cause: error,
          });
        }
        codes.add(error.code);
      }
    }
    expect(codes).toContain('ID_UNKNOWN');
    expect(codes).toContain('INPUT_UNKNOWN');
  });
});

const strange: readonly unknown[] = [
  ...[
    null,
    true,
    -1,
    1e300,
    [],
    {},
    { schoolYear: '\u0000' },
    { stream: '\u0000' },
    { after: idOf('x') },
    { first: '0' },
  ],
  ...['', '\u0000', 'x'.repeat(9_000), '__proto__', 'constructor', '2024-02-30', '9999-12-31', idOf('a2'), '\ud800'],
  ...['STATE', 'AGENCY', 'DISTRICT', 'MI', '2024-06-01', 'fact?fact=need', 'fact?fact=__proto__'],
];

function tampered(draw: Draw, handle: string, other: string): string {
  const parts: unknown[] = partsOf(handle);
  const at = draw.below(8);
  switch (draw.below(5)) {
    case 0:
      parts[at] = draw.one(strange);
      break;
    case 1:
      parts[at] = partsOf(other)[at];
      break;
    case 2:
      parts[7] = String(parts[7]).replace(
        /=[^&]*/,
        `=${encodeURIComponent(draw.one(['\u0000', '-1', 'x', '', '1e9']))}`,
      );
      break;
    case 3:
      parts[7] = `${String(parts[7])}&${draw.one(['cycle=x', 'district=x', 'focusArea', '__proto__=x', '%'])}`;
      break;
    default: {
      const place = draw.below(handle.length);
      return `${handle.slice(0, place)}${draw.one(['', 'A', '-', '😀', '='])}${handle.slice(place + 1)}`;
    }
  }
  return handleOf(parts);
}
