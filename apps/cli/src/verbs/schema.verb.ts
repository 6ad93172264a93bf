import { printSchema } from '../../../api/src/app.js';
import type { Register } from './verb.js';

/** `waymark schema`: the GraphQL schema as sorted SDL. */
export const registerSchema: Register = (program, setting) => {
  program
    .command('schema')
    .description('print the GraphQL schema')
    .option('--json', 'one JSON document with the member sdl')
    .action(async (options: { json?: boolean }) => {
      const { output } = setting(options);
      const sdl = await printSchema();
      output.document({ sdl }, () => sdl.trimEnd());
    });
};
