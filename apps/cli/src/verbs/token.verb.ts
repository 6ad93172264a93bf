import { demoPersons, mintToken } from '@waymark/identity';
import { UsageError } from '../exit.js';
import type { Register } from './verb.js';

/** `waymark token --as <demo person>`: signs in at the local issuer of the embedded profile. */
export const registerToken: Register = (program, setting) => {
  const names = demoPersons.map(({ name }) => name).join(', ');
  program
    .command('token')
    .description('print a token of the local issuer for a demo person (12 hours)')
    .requiredOption('--as <demo person>', `one of ${names}`)
    .option('--json', 'one JSON document with the member token')
    .action(async (options: { as: string; json?: boolean }) => {
      const { config, output } = setting(options);
      if (config.oidcIssuer !== undefined)
        throw new UsageError(`Tokens come from ${config.oidcIssuer} in this configuration.`);
      if (!demoPersons.some(({ name }) => name === options.as))
        throw new UsageError(`There is no demo person "${options.as}". Choose of: ${names}.`);
      const token = await mintToken(config.dataDir, options.as);
      output.document({ token }, () => token);
    });
};
