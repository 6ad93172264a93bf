import { bootstrapAdmin, PersonKeys, PersonReads } from '@waymark/identity';
import { CommandRunner, RisingClock, StoreUnavailableError } from '@waymark/kernel';
import { OrganisationDirectory } from '@waymark/nest-kit';
import { createApp } from '../../../api/src/app.js';
import type { Register, Setting } from './verb.js';

interface AdminOptions {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly email: string;
  readonly json?: boolean;
}

/** `waymark admin`: the first administrator of an installation with an issuer of its own. Whoever may write the folder may do this. */
export const registerAdmin: Register = (program, setting) => {
  program
    .command('admin')
    .description('give an account of your issuer the role ADMIN; while Waymark is stopped')
    .requiredOption('--issuer <url>', 'the issuer, as OIDC_ISSUER names it')
    .requiredOption('--subject <sub>', 'the subject of the account at the issuer')
    .requiredOption('--name <name>', 'name of the person; sealed')
    .requiredOption('--email <address>', 'e-mail address; sealed')
    .option('--json', 'one JSON document')
    .action(async (options: AdminOptions) => {
      const given = setting(options);
      const personId = await appoint(given, options);
      given.output.document({ personId }, () => `The account is an administrator now; the person is ${personId}.`);
    });
};

async function appoint({ config }: Setting, options: AdminOptions): Promise<string> {
  const app = await createApp({ ...config, logLevel: 'error' }).catch((error: unknown) => {
    if (!(error instanceof StoreUnavailableError && error.reason === 'LOCKED')) throw error;
    throw new StoreUnavailableError(
      'Waymark is running. Stop it, appoint the administrator, start it again.',
      'LOCKED',
    );
  });
  try {
    const [directory, persons] = [app.get(OrganisationDirectory), app.get(PersonReads)];
    return await bootstrapAdmin(
      {
        runner: app.get(CommandRunner),
        clock: app.get(RisingClock),
        keys: app.get(PersonKeys),
        find: (code) => directory.find(code),
        personOf: (accountHash) => persons.personOf(accountHash),
      },
      options,
    );
  } finally {
    await app.close();
  }
}
