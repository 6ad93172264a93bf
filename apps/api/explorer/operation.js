import { namedType, typeText } from './schema-browser.js';

const DEEPEST = 3;
const SAMPLES = {
  Date: () => new Date().toISOString().slice(0, 10),
  DateTime: () => new Date().toISOString(),
  SchoolYear: () => '2025-26',
  Int: () => 1,
  Float: () => 1,
  Boolean: () => false,
};

/** A first operation for a root field: its arguments as variables, its plain members selected. */
export function operationFor(types, field, kind) {
  const needed = field.args.filter((arg) => arg.type.kind === 'NON_NULL' || /^(first|after)$/.test(arg.name) === false);
  const declared = needed.map((arg) => `$${arg.name}: ${typeText(arg.type)}`).join(', ');
  const passed = needed.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const name = field.name[0].toUpperCase() + field.name.slice(1);
  const head = `${kind} ${name}${declared && `(${declared})`}`;
  const body = selection(types, namedType(field.type), 1, '    ');
  const variables = Object.fromEntries(
    needed
      .filter((arg) => arg.type.kind === 'NON_NULL' && arg.defaultValue === null)
      .map((arg) => [arg.name, sample(types, arg.type, arg.name)]),
  );
  return {
    query: `${head} {\n  ${field.name}${passed && `(${passed})`}${body}\n}\n`,
    variables: `${JSON.stringify(variables, null, 2)}\n`,
  };
}

function selection(types, name, depth, indent) {
  const type = types.get(name);
  if (type?.kind === 'UNION') return ` {\n${indent}__typename\n${indent.slice(2)}}`;
  if (!type?.fields) return '';
  const lines = type.fields.flatMap((field) => {
    if (field.args.some((arg) => arg.type.kind === 'NON_NULL' && arg.defaultValue === null) || field.name === 'edges')
      return [];
    const inner = types.get(namedType(field.type));
    if (inner?.kind === 'SCALAR' || inner?.kind === 'ENUM') return [`${indent}${field.name}`];
    const wanted = /^(nodes|entity|receipt|userErrors|pageInfo)$/.test(field.name);
    if (depth >= DEEPEST || (!wanted && depth > 1)) return [];
    return [`${indent}${field.name}${selection(types, inner.name, depth + 1, `${indent}  `)}`];
  });
  if (lines.length === 0) lines.push(`${indent}__typename`);
  return ` {\n${lines.join('\n')}\n${indent.slice(2)}}`;
}

function sample(types, ref, member) {
  if (ref.kind === 'NON_NULL') return sample(types, ref.ofType, member);
  if (ref.kind === 'LIST') return [sample(types, ref.ofType, member)];
  if (member === 'idempotencyKey') return 'newKey()';
  const type = types.get(ref.name);
  if (type?.kind === 'ENUM') return type.enumValues[0].name;
  if (type?.kind === 'INPUT_OBJECT') {
    const needed = type.inputFields.filter((field) => field.type.kind === 'NON_NULL' && field.defaultValue === null);
    return Object.fromEntries(needed.map((field) => [field.name, sample(types, field.type, field.name)]));
  }
  return SAMPLES[ref.name]?.() ?? '';
}
