import { limitRules, limits, operationCost } from '@waymark/nest-kit';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { apiSchema } from './app.js';

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await apiSchema();
});

/** How many lists may stand within each other: entries of a page are not selected with lists of lists. */
const WITHIN_PAGES = 2;

/** Every field below a type that a client can read, once: entries of a page as `nodes`, and no type below itself. */
function selection(type: GraphQLNamedType, lists: number, above: readonly string[] = []): string {
  if (isAbstractType(type)) {
    const fragments = schema.getPossibleTypes(type).map((one) => `... on ${one.name} ${selection(one, lists, above)}`);
    return `{ __typename ${fragments.join(' ')} }`;
  }
  if (!isObjectType(type)) return '';
  const path = [...above, type.name];
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const below = getNamedType(field.type);
    const left = isListType(getNullableType(field.type)) && !isLeafType(below) ? lists - 1 : lists;
    if (path.includes(below.name) || field.name === 'edges' || left < 0) return [];
    return [`${field.name} ${selection(below, left, path)}`.trim()];
  });
  return `{ ${fields.join(' ')} }`;
}

/** A value that has the type of an argument; what it names need not be there. */
function valueOf({ type }: GraphQLArgument): string {
  const one = getNamedType(type).name === 'SchoolYear' ? '"2025-26"' : '"x"';
  return isListType(getNullableType(type)) ? `[${one}]` : one;
}

/** Queries that select all there is below one field of the root: one for each type that it may answer with. */
function queriesOf(field: GraphQLField<unknown, unknown>): string[] {
  const required = field.args.filter(isRequiredArgument).map((arg) => `${arg.name}: ${valueOf(arg)}`);
  const asked = `${field.name}${required.length === 0 ? '' : `(${required.join(', ')})`}`;
  const type = getNamedType(field.type);
  const lists = type.name.endsWith('Connection') ? WITHIN_PAGES : Number.POSITIVE_INFINITY;
  if (!isAbstractType(type)) return [`{ ${asked} ${selection(type, lists)} }`];
  return schema.getPossibleTypes(type).map((one) => `{ ${asked} { ... on ${one.name} ${selection(one, lists)} } }`);
}

it('a client that selects all there is of a field of the root stays within every limit', () => {
  const rules = [...specifiedRules, ...limitRules];
  const queries = Object.values(schema.getQueryType()!.getFields()).flatMap(queriesOf);
  const refused = queries.flatMap((query) => {
    const document = parse(query, { maxTokens: limits.tokens });
    const faults = validate(schema, document, rules).map(({ message }) => message);
    const cost = operationCost(schema, document);
    return cost <= limits.cost && faults.length === 0 ? [] : [{ query, cost, faults }];
  });
  expect(refused).toEqual([]);
  expect(queries.length).toBeGreaterThan(15);
  // Lists within lists are selected too, or nothing would have been tried.
  expect(Math.max(...queries.map((query) => operationCost(schema, parse(query))))).toBeGreaterThan(limits.cost / 2);
});
