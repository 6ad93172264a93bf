import { Injectable } from '@nestjs/common';
import {
  EventCatalogue,
  type EventId,
  type EventsOf,
  type OrganisationId,
  type PersonId,
  type Recorded,
} from '@waymark/kernel';
import type { Grant, PersonDirectory } from '@waymark/nest-kit';
import { type ProjectedRows, ReadDatabase, readTable, type RowOf, rowProjection, rowsOf } from '@waymark/read-store';
import { accountCatalogue } from './account.events.js';
import { openedText } from './keys/opened-text.js';
import type { PersonKeys } from './keys/person-keys.js';
import type { Contact } from './person.decider.js';
import { personCatalogue } from './person.events.js';
import type { AccountDirectory } from './token-authenticator.js';

/** Name and contact stay sealed in the table: opening them needs the event they were sealed in (`contact_event`) and the keys. */
export const persons = readTable({
  name: 'persons',
  columns: {
    person_id: { type: 'text' },
    contact_event: { type: 'text' },
    name: { type: 'text' },
    email: { type: 'text' },
    phone: { type: 'text', nullable: true },
    sample: { type: 'boolean' },
    registered_at: { type: 'text' },
  },
  primaryKey: ['person_id'],
});

export const accounts = readTable({
  name: 'accounts',
  columns: {
    account_hash: { type: 'text' },
    person_id: { type: 'text' },
    issuer: { type: 'text' },
    linked_at: { type: 'text' },
  },
  primaryKey: ['account_hash'],
});

/** `valid_until` is the first day on which the grant no longer holds. */
export const roleGrants = readTable({
  name: 'role_grants',
  columns: {
    grant_id: { type: 'text' },
    person_id: { type: 'text' },
    role: { type: 'text' },
    organisation_id: { type: 'text' },
    valid_from: { type: 'text' },
    valid_until: { type: 'text', nullable: true },
    end_reason: { type: 'text', nullable: true },
  },
  primaryKey: ['grant_id'],
  indexes: [['person_id'], ['organisation_id', 'person_id']],
});

/** Everything identity records. */
export const identityCatalogue = EventCatalogue.union(personCatalogue, accountCatalogue);
type IdentityEvent = EventsOf<typeof personCatalogue.types> | EventsOf<typeof accountCatalogue.types>;

export const personProjection = rowProjection<IdentityEvent>({
  name: 'persons',
  version: 1,
  tables: [persons, accounts, roleGrants],
  handles: ['PersonRegistered', 'PersonNamed', 'AccountLinked', 'RoleGranted', 'GrantEnded'],

  keys(event) {
    switch (event.type) {
      case 'PersonRegistered':
      case 'AccountLinked':
      case 'RoleGranted':
        return [];
      case 'PersonNamed':
        return [rowsOf(persons, { person_id: event.data.personId })];
      case 'GrantEnded':
        return [rowsOf(roleGrants, { grant_id: event.data.grantId })];
    }
  },

  apply(event, rows) {
    switch (event.type) {
      case 'PersonRegistered': {
        const { sample = false } = event.data;
        rows.put(persons, { ...contactRow(event), sample, registered_at: event.metadata.recordedAt });
        return;
      }
      case 'PersonNamed': {
        const { sample, registered_at } = rows.require(persons, { person_id: event.data.personId });
        rows.put(persons, { ...contactRow(event), sample, registered_at });
        return;
      }
      case 'AccountLinked': {
        const { accountHash, personId, issuer } = event.data;
        const linked_at = event.metadata.recordedAt;
        rows.put(accounts, { account_hash: accountHash, person_id: personId, issuer, linked_at });
        return;
      }
      case 'RoleGranted':
      case 'GrantEnded':
        applyGrant(event, rows);
    }
  },
});

function contactRow(event: Extract<Recorded<IdentityEvent>, { type: 'PersonRegistered' | 'PersonNamed' }>) {
  const { personId, name, email, phone } = event.data;
  return { person_id: personId, contact_event: event.eventId, name, email, phone: phone ?? null };
}

function applyGrant(
  event: Extract<Recorded<IdentityEvent>, { type: 'RoleGranted' | 'GrantEnded' }>,
  rows: ProjectedRows,
): void {
  if (event.type === 'GrantEnded') {
    const grant = rows.require(roleGrants, { grant_id: event.data.grantId });
    rows.put(roleGrants, { ...grant, valid_until: event.data.on, end_reason: event.data.reason });
    return;
  }
  const { grantId, personId, role, organisationId, from, until } = event.data;
  rows.put(roleGrants, {
    grant_id: grantId,
    person_id: personId,
    role,
    organisation_id: organisationId,
    valid_from: from,
    valid_until: until ?? null,
    end_reason: null,
  });
}

/** A person as the tables hold them: name and contact sealed. */
export interface PersonRecord {
  readonly personId: PersonId;
  readonly contactEvent: EventId;
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly sample: boolean;
}

/** A grant with its id and the person who holds it. */
export interface HeldGrant extends Grant {
  readonly grantId: string;
  readonly personId: PersonId;
  readonly endReason: string | null;
}

/** Persons, accounts and grants as they stand in the tables. */
@Injectable()
export class PersonReads implements AccountDirectory, PersonDirectory {
  constructor(private readonly database: ReadDatabase) {}

  accountOf(accountHash: string): Promise<{ personId: PersonId; grants: readonly Grant[] } | undefined> {
    return this.database.kept(personProjection.name, accountHash, async () => {
      const personId = await this.personOf(accountHash);
      return personId && { personId, grants: await this.grantsOf([personId]) };
    });
  }

  /** The person an account stands for. */
  async personOf(accountHash: string): Promise<PersonId | undefined> {
    const sql = 'SELECT person_id FROM accounts WHERE account_hash = ?';
    const [row] = await this.database.rows<{ person_id: string }>(sql, [accountHash]);
    return row?.person_id as PersonId | undefined;
  }

  async person(personId: PersonId): Promise<PersonRecord | undefined> {
    const sql = 'SELECT * FROM persons WHERE person_id = ?';
    const [row] = await this.database.rows<PersonRow>(sql, [personId]);
    return row && recordOf(row);
  }

  /** Those of the ids that stand for a person. */
  async exists(personIds: readonly PersonId[]): Promise<ReadonlySet<PersonId>> {
    if (personIds.length === 0) return new Set();
    const places = personIds.map(() => '?').join(', ');
    const sql = `SELECT person_id FROM persons WHERE person_id IN (${places})`;
    const rows = await this.database.rows<{ person_id: string }>(sql, personIds);
    return new Set(rows.map(({ person_id: id }) => id as PersonId));
  }

  /** Persons after an id in the order of ids: all, or those who hold or held a grant for an organisation. */
  async persons(options: {
    readonly organisation?: OrganisationId | undefined;
    readonly after: string;
    readonly limit: number;
  }): Promise<PersonRecord[]> {
    const { organisation, after, limit } = options;
    const among =
      organisation === undefined
        ? ''
        : 'AND person_id IN (SELECT person_id FROM role_grants WHERE organisation_id = ?)';
    const sql = `SELECT * FROM persons WHERE person_id > ? ${among} ORDER BY person_id LIMIT ?`;
    const params = organisation === undefined ? [after, limit] : [after, organisation, limit];
    return (await this.database.rows<PersonRow>(sql, params)).map(recordOf);
  }

  /** How many persons {@link persons} lists in all. */
  async count(organisation: OrganisationId | undefined): Promise<number> {
    const granted = 'WHERE person_id IN (SELECT person_id FROM role_grants WHERE organisation_id = ?)';
    const sql = `SELECT count(*) AS n FROM persons ${organisation === undefined ? '' : granted}`;
    const params = organisation === undefined ? [] : [organisation];
    return Number((await this.database.rows<{ n: number }>(sql, params))[0]!.n);
  }

  /** All grants of these persons, past and coming ones included, in the order in which they begin. */
  async grantsOf(personIds: readonly PersonId[]): Promise<HeldGrant[]> {
    if (personIds.length === 0) return [];
    const places = personIds.map(() => '?').join(', ');
    const sql = `SELECT * FROM role_grants WHERE person_id IN (${places}) ORDER BY valid_from, grant_id`;
    return (await this.database.rows<RowOf<typeof roleGrants>>(sql, personIds)).map((row) => ({
      grantId: row.grant_id,
      personId: row.person_id as PersonId,
      role: row.role,
      organisationId: row.organisation_id as OrganisationId,
      from: row.valid_from,
      until: row.valid_until ?? undefined,
      endReason: row.end_reason,
    }));
  }
}

type PersonRow = RowOf<typeof persons>;

function recordOf(row: PersonRow): PersonRecord {
  return {
    personId: row.person_id as PersonId,
    contactEvent: row.contact_event as EventId,
    name: row.name,
    email: row.email,
    phone: row.phone,
    sample: row.sample,
  };
}

/**
 * Opens name and contact of a person. Undefined when the person's key does not exist any more: then nobody can open them.
 * Throws SealError when they were tampered with. Ask for the right to `read:persons` before.
 */
export function openContact(keys: Pick<PersonKeys, 'open'>, person: PersonRecord): Contact | undefined {
  const { personId, contactEvent: eventId } = person;
  const open = (path: string, sealed: string) => openedText(keys, { personId, eventId, path }, sealed);
  const name = open('name', person.name);
  const email = open('email', person.email);
  if (name === undefined || email === undefined) return undefined;
  return { name, email, phone: person.phone === null ? undefined : open('phone', person.phone) };
}
