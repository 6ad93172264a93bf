import {
  getNamedType,
  getNullableType,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLNamedInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

/** An input that is wrong in one place, and why. */
export interface HostileInput {
  readonly mutation: string;
  readonly path: readonly string[];
  readonly why: string;
  readonly input: object;
}

/** Values by the name of the field; by type where none stands here. */
export type Plausible = Readonly<Record<string, unknown>>;

/**
 * For each text, number, code and object that the inputs of a mutation hold, at any depth: the input with that one value made
 * something that no field of its type may take. Everything around it is plausible, so that the one value is what is refused.
 */
export function hostileInputs(schema: GraphQLSchema, mutation: string, plausible: Plausible): HostileInput[] {
  const type = getNamedType(schema.getMutationType()!.getFields()[mutation]!.args[0]!.type) as GraphQLInputObjectType;
  const base = plausibleInput(type, plausible);
  return placesIn(type, []).flatMap(({ path, field }) =>
    badValues(field).map(([why, value]) => ({
      mutation,
      path,
      why,
      input: withValue(type, base, path, value, plausible),
    })),
  );
}

interface Place {
  readonly path: readonly string[];
  readonly field: GraphQLInputField;
}

function placesIn(type: GraphQLInputObjectType, above: readonly string[]): Place[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const path = [...above, field.name];
    const named = getNamedType(field.type);
    return [{ path, field }, ...(isInputObjectType(named) ? placesIn(named, path) : [])];
  });
}

function badValues(field: GraphQLInputField): (readonly [string, unknown])[] {
  const named = getNamedType(field.type);
  const isList = isListType(getNullableType(field.type));
  const of = (value: unknown) => (isList ? [value] : value);
  const wrongType = ['wrong type', of(isInputObjectType(named) ? 'text' : { not: 'expected' })] as const;
  const missing = isNonNullType(field.type) ? ([['null where a value is needed', null]] as const) : [];
  if (isInputObjectType(named) || isEnumType(named)) return [wrongType, ...missing];
  switch (named.name) {
    case 'String':
    case 'ID':
      return [
        wrongType,
        ...missing,
        ...badTexts(field.description ?? '').map(([why, text]) => [why, of(text)] as const),
      ];
    case 'Int':
    case 'Float':
      return [wrongType, ...missing, ['text for a number', of('7')], ['no number', of('NaN')]];
    case 'Boolean':
      return [wrongType, ...missing];
    default:
      return [wrongType, ...missing, ['no such date or year', of('2026-02-30')], ['empty text', of('')]];
  }
}

function badTexts(description: string): (readonly [string, string])[] {
  const stated = /At most ([\d,]+) characters/.exec(description)?.[1];
  const limit = stated === undefined ? 20_000 : Number(stated.replaceAll(',', ''));
  return [
    ['NUL', 'a\u0000b'],
    ['control character', 'a\u001bb'],
    ['lone surrogate', 'a\ud800b'],
    // Longer bodies than these are the business of the limit on the body.
    ...(limit <= 100_000 ? [['longer than the limit', 'x'.repeat(limit + 1)] as const] : []),
  ];
}

function plausibleInput(type: GraphQLInputObjectType, plausible: Plausible): Record<string, unknown> {
  const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
  return Object.fromEntries(required.map((field) => [field.name, plausibleValue(field, plausible)]));
}

function plausibleValue(field: GraphQLInputField, plausible: Plausible): unknown {
  if (Object.hasOwn(plausible, field.name)) return plausible[field.name];
  const named = getNamedType(field.type);
  const value = isInputObjectType(named) ? plausibleInput(named, plausible) : plausibleScalar(named, plausible);
  return isListType(getNullableType(field.type)) ? [value] : value;
}

function plausibleScalar(named: GraphQLNamedInputType, plausible: Plausible): unknown {
  if (isEnumType(named)) return named.getValues()[0]!.name;
  const values: Plausible = { Int: 1, Float: 1, Boolean: true, Date: plausible['today'] };
  return values[named.name] ?? 'some text';
}

/** A copy of the base in which the path holds the value; objects on the way that were left out are filled in plausibly. */
function withValue(
  type: GraphQLInputObjectType,
  base: Readonly<Record<string, unknown>>,
  [name, ...deeper]: readonly string[],
  value: unknown,
  plausible: Plausible,
): Record<string, unknown> {
  if (deeper.length === 0) return { ...base, [name!]: value };
  const field = type.getFields()[name!]!;
  const inner = getNamedType(field.type) as GraphQLInputObjectType;
  const changed = withValue(inner, plausibleInput(inner, plausible), deeper, value, plausible);
  return { ...base, [name!]: isListType(getNullableType(field.type)) ? [changed] : changed };
}
