import { questions } from '@waymark/county-progress';
import { table } from '../output.js';
import type { Register } from './verb.js';

/** `waymark questions`: what can be asked. */
export const registerQuestions: Register = (program, setting) => {
  program
    .command('questions')
    .description('list the questions that can be asked')
    .option('--json', 'one JSON document')
    .action((options: { json?: boolean }) => {
      const { output } = setting(options);
      const all = questions.map(({ slug, version, plainWords, inputs }) => ({ slug, version, plainWords, inputs }));
      const rows = () => all.map(({ slug, version, plainWords }) => [slug, String(version), plainWords]);
      output.document(all, () => table(['Question', 'Version', 'Asks'], rows()));
    });
};
