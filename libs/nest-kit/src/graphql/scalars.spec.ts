import { parseValue } from 'graphql';
import type { GraphQLScalarType } from 'graphql';
import { DateScalar, DateTimeScalar, SchoolYearScalar } from './scalars.js';

function taken(scalar: GraphQLScalarType, value: unknown): unknown {
  try {
    return scalar.parseValue(value);
  } catch {
    return undefined;
  }
}

describe('scalars', () => {
  it.each(['2025-10-15', '2024-02-29'])('Date takes %s', (text) => expect(taken(DateScalar, text)).toBe(text));

  it.each([
    '2025-02-29',
    '2025-13-01',
    '25-10-15',
    '2025-10-15T00:00:00Z',
    ' 2025-10-15',
    '',
    20251015,
    null,
    ['2025-10-15'],
  ])('Date refuses %j', (value) => expect(taken(DateScalar, value)).toBeUndefined());

  it.each([
    ['2025-10-15T14:00:00.000Z', '2025-10-15T14:00:00.000Z'],
    ['2025-10-15T14:00:00+02:00', '2025-10-15T12:00:00.000Z'],
    ['2025-01-01T00:30:00+01:00', '2024-12-31T23:30:00.000Z'],
  ])('DateTime takes %s as %s', (text, instant) => expect(taken(DateTimeScalar, text)).toBe(instant));

  it.each([
    '2025-10-15',
    '2025-10-15T14:00:00',
    '2025-02-30T14:00:00Z',
    '2025-10-15T24:00:00Z',
    '2025-10-15T14:60:00Z',
    'Invalid Date',
    1760536800000,
  ])('DateTime refuses %j', (value) => expect(taken(DateTimeScalar, value)).toBeUndefined());

  it('DateTime gives out no invalid date', () => {
    expect(() => DateTimeScalar.serialize(new Date(Number.NaN))).toThrow('DateTime must be');
  });

  it.each(['2025-26', '1999-00'])('SchoolYear takes %s', (text) => expect(taken(SchoolYearScalar, text)).toBe(text));

  it.each(['2025-27', '2025-2026', '25-26', '2025', '2025/26', 2025])('SchoolYear refuses %j', (value) =>
    expect(taken(SchoolYearScalar, value)).toBeUndefined(),
  );

  it.each([DateScalar, DateTimeScalar, SchoolYearScalar])('%s takes literals as it takes variables', (scalar) => {
    const good =
      scalar === DateScalar ? '2025-10-15' : scalar === SchoolYearScalar ? '2025-26' : '2025-10-15T14:00:00.000Z';
    expect(scalar.parseLiteral(parseValue(`"${good}"`), undefined)).toBe(good);
    expect(() => scalar.parseLiteral(parseValue('2025'), undefined)).toThrow(`${scalar.name} must be`);
    expect(() => scalar.parseLiteral(parseValue('"nonsense"'), undefined)).toThrow(`${scalar.name} must be`);
  });
});
