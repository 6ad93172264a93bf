import { readFileSync } from 'node:fs';
import {
  buildSchema,
  coerceInputValue,
  type GraphQLSchema,
  parse,
  type OperationDefinitionNode,
  typeFromAST,
  validate,
} from 'graphql';
import { projectFile } from './project-file.js';

interface Example {
  readonly title: string;
  readonly query: string;
  readonly variables: string;
}

const read = (file: string) => readFileSync(projectFile(`apps/api/${file}`), 'utf8');

describe('the explorer page', () => {
  const schema: GraphQLSchema = buildSchema(read('schema.graphql'));
  const examples = JSON.parse(read('explorer/examples.json')) as Example[];

  it.each(examples.map(({ title, ...rest }) => [title, rest] as const))(
    'its example "%s" fits the schema',
    (_, example) => {
      const document = parse(example.query);
      expect(validate(schema, document).map((error) => error.message)).toEqual([]);
      const variables = (example.variables === '' ? {} : JSON.parse(example.variables)) as Record<string, unknown>;
      const operation = document.definitions[0] as OperationDefinitionNode;
      const wrong: string[] = [];
      for (const { variable, type } of operation.variableDefinitions ?? []) {
        const expected = typeFromAST(schema, type as never);
        coerceInputValue(variables[variable.name.value], expected as never, (path, _value, error) =>
          wrong.push(`${path.join('.')}: ${error.message}`),
        );
      }
      expect(wrong).toEqual([]);
    },
  );

  it('loads nothing from elsewhere', () => {
    for (const file of ['index.html', 'explorer.js', 'schema-browser.js', 'operation.js', 'explorer.css']) {
      expect(read(`explorer/${file}`)).not.toMatch(/https?:|\/\/[a-z]+\.|@import|url\(/);
    }
  });
});
