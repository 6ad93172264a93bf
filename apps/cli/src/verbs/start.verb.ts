import type { Register } from './verb.js';

/** `waymark start`: what `npm start` does in a checkout, for an installed package. */
export const registerStart: Register = (program) => {
  program
    .command('start')
    .description('run Waymark on HOST and PORT until Ctrl-C')
    .action(async () => {
      await import('../../../api/src/main.js');
    });
};
