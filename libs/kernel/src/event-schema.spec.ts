import fc from 'fast-check';
import {
  buriedPersonalLeaves,
  checkFields,
  type Field,
  LONGEST_TEXT,
  list,
  optional,
  personalMembers,
  plain,
  sealed,
  struct,
  unmarkedLeaves,
  variant,
} from './event-schema.js';

const request = {
  district: plain.id(),
  on: plain.date(),
  cells: list(struct({ area: plain.oneOf(['LITERACY', 'ATTENDANCE']), days: optional(plain.number()) })),
  answer: variant({ GIVEN: { text: plain.text(20) }, REFUSED: { reason: plain.code() } }),
};
const fitting = {
  district: '5a1f6d0c-9b7e-8c3d-a2b1-0c9d8e7f6a5b',
  on: '2025-10-15',
  cells: [{ area: 'LITERACY', days: 2.5 }, { area: 'ATTENDANCE' }],
  answer: { kind: 'GIVEN', text: 'two days' },
};

describe('event schema', () => {
  it('takes data that fits, optional members given or not', () => {
    expect(checkFields(request, fitting)).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ['a missing member', { on: undefined }, '.on is missing'],
    ['a member nobody declared', { note: 'x' }, '.note is not a member of this event'],
    ['null for a value', { on: null }, '.on is not a date (YYYY-MM-DD)'],
    ['a day that does not exist', { on: '2025-02-29' }, '.on is not a date (YYYY-MM-DD)'],
    ['a list that is none', { cells: {} }, '.cells is not a list'],
    ['a choice outside its list', { cells: [{ area: 'MATH' }] }, '.cells[0].area is none of LITERACY, ATTENDANCE'],
    ['a number that is none', { cells: [{ area: 'LITERACY', days: NaN }] }, '.cells[0].days is not a number'],
    ['a hole in a list', { cells: [undefined] }, '.cells[0] is not a record'],
    ['a variant nobody declared', { answer: { kind: 'toString' } }, '.answer.kind is none of GIVEN, REFUSED'],
    ['members of another variant', { answer: { kind: 'REFUSED', text: 'x' } }, '.answer.reason is missing'],
    ['text beyond its limit', { answer: { kind: 'GIVEN', text: 'x'.repeat(21) } }, '.answer.text is longer than 20'],
  ])('names the path of %s', (_, change, message) => {
    expect(checkFields(request, { ...fitting, ...change })).toContain(message);
  });

  it('refuses every value of another kind, at each leaf', () => {
    const leaves: [Field<unknown>, (value: unknown) => boolean][] = [
      [plain.text(), (v) => typeof v === 'string' && v.length <= LONGEST_TEXT],
      [plain.integer(), Number.isSafeInteger],
      [plain.number(), Number.isFinite],
      [plain.boolean(), (v) => typeof v === 'boolean'],
    ];
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const [field, fits] of leaves) expect(field.check(value) === undefined).toBe(fits(value));
      }),
    );
  });

  it('never throws on anything a store might hold', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void checkFields(request, value)));
  });
});

describe('privacy marks', () => {
  const unmarked: Field<unknown> = { kind: 'text', check: () => undefined };

  it('finds a leaf without a mark, however deep', () => {
    expect(unmarkedLeaves(request)).toEqual([]);
    const fields = { a: unmarked, b: list(struct({ c: unmarked })), d: variant({ E: { f: unmarked } }) };
    expect(unmarkedLeaves(fields)).toEqual(['a', 'b[].c', 'd.E.f']);
  });

  it('tells personal members at the top from those that sealing would pass by', () => {
    const fields = { name: sealed.text(), kin: list(struct({ name: sealed.text() })), city: plain.text() };
    expect(personalMembers(fields)).toEqual(['name']);
    expect(buriedPersonalLeaves(fields)).toEqual(['kin[].name']);
  });

  it('takes a sealed text that is longer than the plain one may be', () => {
    const name = sealed.text(10);
    expect(name.check('x'.repeat(11))).toBe('is longer than 10 characters');
    expect(name.check(`enc:1:${'x'.repeat(200)}`)).toBeUndefined();
  });
});
