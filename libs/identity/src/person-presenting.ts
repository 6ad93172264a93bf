import { Injectable } from '@nestjs/common';
import {
  civilDateIn,
  DomainError,
  OPERATOR_ORGANISATION,
  type OrganisationId,
  type PersonId,
  RisingClock,
} from '@waymark/kernel';
import { globalId, OrganisationDirectory } from '@waymark/nest-kit';
import { PersonKeys } from './keys/person-keys.js';
import type { Role } from './person.events.js';
import { type HeldGrant, openContact, type PersonRecord, PersonReads } from './person.projection.js';
import { type GrantView, PersonView } from './person.views.js';

/** How persons and their grants are shown, once it is clear that they may be. */
@Injectable()
export class PersonPresenting {
  constructor(
    private readonly reads: PersonReads,
    private readonly keys: PersonKeys,
    private readonly directory: OrganisationDirectory,
    private readonly clock: RisingClock,
  ) {}

  /** The person of an entry just made. Throws PERSON_NOT_FOUND. */
  async shown(personId: PersonId): Promise<PersonView> {
    const person = await this.reads.person(personId);
    if (person === undefined)
      throw new DomainError('PERSON_NOT_FOUND', 'There is no person with this id.', { path: ['person'] });
    return this.view(person, await this.reads.grantsOf([person.personId]));
  }

  /** A person with name and contact, unless they were erased, and with these grants. */
  async view(person: PersonRecord, grants: readonly HeldGrant[]): Promise<PersonView> {
    await this.keys.load([person.personId]);
    const contact = openContact(this.keys, person);
    return Object.assign(new PersonView(), {
      id: globalId('Person', person.personId),
      contact: contact === undefined ? null : { ...contact, phone: contact.phone ?? null },
      isSample: person.sample,
      grants: await Promise.all(grants.map((grant) => this.grantView(grant))),
    });
  }

  private async grantView(grant: HeldGrant): Promise<GrantView> {
    const { grantId: id, role, organisationId, from, until, endReason } = grant;
    const today = civilDateIn(await this.directory.timeZoneOf(organisationId), this.clock.now());
    const ofOperator = organisationId === OPERATOR_ORGANISATION;
    const name = ofOperator ? 'Operator of this installation' : (await this.directory.find(organisationId))?.name;
    return {
      id,
      role: role as Role,
      organisationId: ofOperator ? null : globalId('Organisation', organisationId),
      organisationName: name ?? 'an organisation that is not in the record',
      from,
      until: until ?? null,
      inForce: from <= today && (until === undefined || today < until),
      endReason,
    };
  }

  /** The organisation with this code or id. Throws ORGANISATION_UNKNOWN. */
  async organisation(code: string): Promise<{ id: OrganisationId; kind: string }> {
    const found = await this.directory.find(code);
    if (found !== undefined) return found;
    throw new DomainError(
      'ORGANISATION_UNKNOWN',
      `There is no organisation "${code.slice(0, 80)}". Give a code such as MI-41.`,
      {
        path: ['organisation'],
      },
    );
  }
}
