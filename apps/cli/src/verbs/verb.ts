import type { Command } from 'commander';
import type { Config } from '@waymark/nest-kit';
import { Output } from '../output.js';

/** What every verb is given: the configuration, read when the verb runs, and where to print. */
export interface Setting {
  readonly config: Config;
  readonly output: Output;
}

/** Registers a verb on the program: adds `--json` and binds its action to the setting. */
export type Register = (program: Command, setting: (options: { json?: boolean }) => Setting) => void;
