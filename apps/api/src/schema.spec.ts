import { readFileSync, writeFileSync } from 'node:fs';
import { TypeMetadataStorage } from '@nestjs/graphql';
import { InputShape } from '@waymark/nest-kit';
import {
  buildSchema,
  getNamedType,
  type GraphQLArgument,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLSchema,
} from 'graphql';
import { printSchema } from './app.js';
import { projectFile } from './project-file.js';

describe('schema.graphql', () => {
  let printed: string;
  let schema: GraphQLSchema;
  beforeAll(async () => {
    printed = await printSchema();
    schema = buildSchema(printed);
  });

  it('is the schema of the code: npm run generate prints it again', () => {
    const file = projectFile('apps/api/schema.graphql');
    if (process.env['UPDATE_GENERATED'] === '1') writeFileSync(file, printed);
    expect(readFileSync(file, 'utf8')).toBe(printed);
  });

  it('has no input whose rules are gathered anew each time', () => {
    const inputs = TypeMetadataStorage.getInputTypesMetadata().map(({ target }) => target as new () => object);
    expect(inputs.length).toBeGreaterThan(30);
    expect(inputs.filter((input) => !InputShape.of(input).isKnown)).toEqual([]);
  });

  it('describes every type, field, argument and input', () => {
    const silent: string[] = [];
    const note = (path: string, described: { description?: string | null | undefined }) => {
      if (!described.description?.trim()) silent.push(path);
    };
    const inputs = Object.values(schema.getMutationType()!.getFields()).map(({ args }) => getNamedType(args[0]!.type));
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || ['String', 'Int', 'Float', 'Boolean', 'ID'].includes(type.name)) continue;
      // The two roots are named by the standard.
      if (![schema.getQueryType(), schema.getMutationType(), ...inputs].includes(type as never)) note(type.name, type);
      if (isEnumType(type) || !(isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))) continue;
      for (const field of Object.values(type.getFields())) {
        note(`${type.name}.${field.name}`, field);
        // The one input of a mutation is told by the mutation.
        const all: readonly GraphQLArgument[] = 'args' in field ? field.args : [];
        const args = all.filter((arg) => arg.name !== 'input');
        for (const arg of args) note(`${type.name}.${field.name}(${arg.name})`, arg);
      }
    }
    expect(silent).toEqual([]);
  });

  it('gives each mutation one input with an idempotency key, and a payload with receipt and userErrors', () => {
    for (const mutation of Object.values(schema.getMutationType()!.getFields())) {
      expect(mutation.args.map((arg) => arg.name)).toEqual(['input']);
      const input = schema.getType(String(mutation.args[0]!.type).replace('!', ''));
      const key = isInputObjectType(input) ? input.getFields()['idempotencyKey'] : undefined;
      expect([mutation.name, String(mutation.args[0]!.type), String(key?.type)]).toEqual([
        mutation.name,
        expect.stringMatching(/!$/),
        'String!',
      ]);
      const payload = schema.getType(String(mutation.type).replace('!', ''));
      const fields = isObjectType(payload) ? Object.keys(payload.getFields()) : [];
      expect([mutation.name, fields]).toEqual([
        mutation.name,
        expect.arrayContaining(['entity', 'receipt', 'userErrors']),
      ]);
    }
  });
});
