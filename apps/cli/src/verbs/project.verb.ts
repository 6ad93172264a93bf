import type { Register } from './verb.js';

/** `waymark project`: keeps the read tables, as one of any number of projectors. */
export const registerProject: Register = (program) => {
  program
    .command('project')
    .description(
      'keep read tables in PostgreSQL for apis started with PROJECTIONS=elsewhere; one projects, others stand by',
    )
    .action(async () => {
      await import('../../../projector/src/main.js');
    });
};
