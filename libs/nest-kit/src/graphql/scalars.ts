import { isCivilDate, isSchoolYear } from '@waymark/kernel';
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** A scalar over text: strict in both directions, so that nothing invalid leaves either. */
function textScalar(name: string, description: string, expected: string, read: (text: string) => string | undefined) {
  const take = (value: unknown): string => {
    const text = typeof value === 'string' ? read(value) : undefined;
    if (text === undefined) throw new GraphQLError(`${name} must be ${expected}`);
    return text;
  };
  return new GraphQLScalarType<string, string>({
    name,
    description,
    serialize: (value) => take(value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : value),
    parseValue: take,
    parseLiteral: (node) => {
      if (node.kind !== Kind.STRING) throw new GraphQLError(`${name} must be ${expected}`, { nodes: node });
      return take(node.value);
    },
  });
}

const RFC3339 = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** The instant in UTC with milliseconds, or undefined for anything that is not one. */
function readInstant(text: string): string | undefined {
  const match = RFC3339.exec(text);
  if (match === null || !isCivilDate(match[1]!)) return undefined;
  return new Date(text).toISOString();
}

/** A civil date, "2025-10-15". Input and output are texts. */
export const DateScalar = textScalar(
  'Date',
  'A day in the time zone of the organisation concerned, written "2025-10-15".',
  'a real date written YYYY-MM-DD, such as "2025-10-15"',
  (text) => (isCivilDate(text) ? text : undefined),
);

/** An instant, RFC 3339 with offset; given out in UTC with milliseconds. */
export const DateTimeScalar = textScalar(
  'DateTime',
  'An instant with its offset, written "2025-10-15T14:00:00.000Z"; always answered in UTC.',
  'an instant with offset, such as "2025-10-15T14:00:00.000Z"',
  readInstant,
);

/** A school year, "2025-26". */
export const SchoolYearScalar = textScalar(
  'SchoolYear',
  'A school year, 1 July to 30 June, written "2025-26".',
  'two years that follow each other, written "2025-26"',
  (text) => (isSchoolYear(text) ? text : undefined),
);
