import {
  type CommandMeta,
  type CommandRunner,
  commandIdOf,
  type CivilDate,
  DomainError,
  OPERATOR_ORGANISATION,
  type OrganisationId,
  type Organisations,
  type PersonId,
} from '@waymark/kernel';
import { accountDecider, LinkAccount } from './account.decider.js';
import { type DemoPerson, demoPersons } from './demo-persons.js';
import type { PersonKeys } from './keys/person-keys.js';
import { LOCAL_ISSUER } from './local-issuer.js';
import { systemActor } from './matrix-rights.js';
import { type Contact, GrantRole, personDecider, personIdOf, RegisterPerson } from './person.decider.js';
import type { Role } from './person.events.js';

/** What bootstrap needs: the command runner, a clock, the keys of the installation, and the directory for codes. */
export interface BootstrapOptions {
  readonly runner: CommandRunner;
  readonly clock: { now(): Date };
  readonly keys: Pick<PersonKeys, 'inputMac' | 'accountHash'>;
  /** The organisation with a code that people write; undefined when it is not in the record. */
  find(code: string): Promise<{ readonly id: OrganisationId; readonly kind: string } | undefined>;
}

/** A demo person as the record knows them. */
export type SignedInPerson = DemoPerson & { readonly personId: PersonId };

/** What bootstrap did: who may sign in, and which grants had to wait because their organisation is not in the record. */
export interface BootstrapReport {
  readonly persons: readonly SignedInPerson[];
  readonly waiting: readonly { readonly name: string; readonly role: Role; readonly organisation: string }[];
}

/** Demo grants hold from here on, so that the sample data of earlier years can be entered by the same people. */
const DEMO_GRANTS_FROM = '2020-07-01';

/**
 * Records the demo persons, their accounts at the local issuer and their grants, as the system actor. Each command has a
 * fixed id: run at every start, it records what is missing and nothing twice. Call it again after an import for grants that waited.
 */
export async function bootstrapDemoPersons(options: BootstrapOptions): Promise<BootstrapReport> {
  const persons: SignedInPerson[] = [];
  const waiting: BootstrapReport['waiting'][number][] = [];
  for (const person of demoPersons) {
    const { name, fullName, role, organisation } = person;
    const key = `demo/${name}`;
    const contact = { name: fullName, email: `${name}@sample.example` };
    const personId = await registerOnce(options, key, contact, true);
    persons.push({ ...person, personId });
    await linkOnce(options, key, personId, LOCAL_ISSUER, name);
    const found = await organisationOf(options, organisation);
    if (found === undefined) waiting.push({ name, role, organisation });
    else await grantOnce(options, key, personId, role, found, DEMO_GRANTS_FROM);
  }
  return { persons, waiting };
}

/**
 * An administrator of an installation with an issuer of its own, the first one above all: registers the person and links the
 * account when it stands for nobody yet, then grants ADMIN. Run again, it changes nothing; after the grant has ended it grants anew.
 */
export async function bootstrapAdmin(
  options: BootstrapOptions & { personOf(accountHash: string): Promise<PersonId | undefined> },
  admin: Contact & { readonly issuer: string; readonly subject: string },
): Promise<PersonId> {
  const { issuer, subject, ...contact } = admin;
  const accountHash = options.keys.accountHash(issuer, subject);
  const key = `admin/${accountHash}`;
  let personId = await options.personOf(accountHash);
  if (personId === undefined) {
    personId = await registerOnce(options, key, contact, false);
    await linkOnce(options, key, personId, issuer, subject);
  }
  // The day before, by universal time: so the grant holds at once, whichever time zone the operator is in.
  const from = new Date(options.clock.now().getTime() - 86_400_000).toISOString().slice(0, 10);
  try {
    const operator = { id: OPERATOR_ORGANISATION, kind: 'OPERATOR' };
    await grantOnce(options, `${key}/${from}`, personId, 'ADMIN', operator, from);
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'GRANT_EXISTS')) throw error;
  }
  return personId;
}

async function registerOnce(
  options: BootstrapOptions,
  key: string,
  contact: Contact,
  sample: boolean,
): Promise<PersonId> {
  const meta = metaOf(options, `${key}/register`);
  const personId = personIdOf(meta.commandId);
  await options.runner.run(personDecider, new RegisterPerson({}, meta, { personId, ...contact, sample }));
  return personId;
}

async function linkOnce(options: BootstrapOptions, key: string, personId: PersonId, issuer: string, subject: string) {
  const accountHash = options.keys.accountHash(issuer, subject);
  const meta = metaOf(options, `${key}/link`);
  await options.runner.run(
    accountDecider,
    new LinkAccount({}, meta, { personId, issuer, accountHash, personKnown: true }),
  );
}

async function grantOnce(
  options: BootstrapOptions,
  key: string,
  personId: PersonId,
  role: Role,
  organisation: { id: OrganisationId; kind: string },
  from: CivilDate,
) {
  const { id: organisationId, kind: organisationKind } = organisation;
  const about = grantAbout(organisationId, organisationKind);
  const command = new GrantRole(about, metaOf(options, `${key}/grant`), {
    personId,
    role,
    organisationId,
    organisationKind,
    from,
  });
  await options.runner.run(personDecider, command);
}

/** The organisations a grant belongs to: the one it is for, as agency or district. */
export function grantAbout(organisationId: OrganisationId, kind: string): Organisations {
  if (kind === 'OPERATOR') return {};
  return kind === 'DISTRICT' ? { district: organisationId } : { agency: organisationId };
}

async function organisationOf(options: BootstrapOptions, code: string) {
  return code === 'OPERATOR' ? { id: OPERATOR_ORGANISATION, kind: 'OPERATOR' } : options.find(code);
}

/** The MAC covers the key alone: a later release may word a demo person otherwise without being refused at start. */
function metaOf({ clock, keys }: BootstrapOptions, key: string): CommandMeta {
  const now = clock.now().toISOString();
  const commandId = commandIdOf('system', 'bootstrap', key);
  return {
    commandId,
    inputMac: keys.inputMac(`bootstrap ${key}`),
    actor: systemActor,
    source: { kind: 'policy', ref: 'bootstrap' },
    correlationId: commandId,
    causationId: commandId,
    now,
    today: now.slice(0, 10),
  };
}
