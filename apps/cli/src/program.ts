import { Command, CommanderError } from 'commander';
import { ConfigError, readConfig } from '@waymark/nest-kit';
import { ExitCode, exitCodeOf, sentenceFor, UsageError } from './exit.js';
import { Output, tell } from './output.js';
import { registerAdmin } from './verbs/admin.verb.js';
import { registerAsk } from './verbs/ask.verb.js';
import { registerBackup } from './verbs/backup.verb.js';
import { registerCopyEvents } from './verbs/copy-events.verb.js';
import { registerEvents } from './verbs/events.verb.js';
import { registerImport } from './verbs/import.verb.js';
import { registerProject } from './verbs/project.verb.js';
import { registerQuestions } from './verbs/questions.verb.js';
import { registerRebuild } from './verbs/rebuild.verb.js';
import { registerSchema } from './verbs/schema.verb.js';
import { registerStart } from './verbs/start.verb.js';
import { registerStatus } from './verbs/status.verb.js';
import { registerToken } from './verbs/token.verb.js';
import type { Setting } from './verbs/verb.js';

const verbs = [
  registerAdmin,
  registerAsk,
  registerBackup,
  registerCopyEvents,
  registerEvents,
  registerImport,
  registerProject,
  registerQuestions,
  registerRebuild,
  registerSchema,
  registerStart,
  registerStatus,
  registerToken,
];

/** Runs the words of a command line; answers with the exit code. Prints refusals on stderr, with `--json` as a document. */
export async function runProgram(words: readonly string[]): Promise<number> {
  const program = new Command('waymark')
    .description('The record and answer book of county-wide MTSS planning.')
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) });
  const setting = ({ json }: { json?: boolean }): Setting => ({
    config: readConfig(process.env, process.cwd()),
    output: new Output(json ?? false),
  });
  for (const register of verbs) register(program, setting);
  for (const verb of program.commands) verb.exitOverride();
  try {
    await program.parseAsync(words, { from: 'user' });
    return ExitCode.DONE;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.DONE : ExitCode.USAGE;
    tell(sentenceFor(error instanceof ConfigError ? new UsageError(error.message) : error));
    return error instanceof ConfigError ? ExitCode.USAGE : exitCodeOf(error);
  }
}
