import { type OnModuleInit } from '@nestjs/common';
import { Args, Context, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import {
  civilDateIn,
  DomainError,
  ForbiddenError,
  OPERATOR_ORGANISATION,
  type OrganisationId,
  type PersonId,
  RisingClock,
} from '@waymark/kernel';
import {
  Access,
  globalId,
  localId,
  Mutations,
  NodeRegistry,
  OrganisationDirectory,
  type Page,
  PageArgs,
  pageOf,
  type Payload,
  readCursor,
  RequestContext,
} from '@waymark/nest-kit';
import { LinkAccount } from './account.decider.js';
import { grantAbout } from './bootstrap.js';
import { PersonKeys } from './keys/person-keys.js';
import { EndGrant, GrantRole, NamePerson, personIdOf, RegisterPerson } from './person.decider.js';
import type { Role } from './person.events.js';
import {
  EndGrantInput,
  GrantRoleInput,
  LinkAccountInput,
  NamePersonInput,
  RegisterPersonInput,
} from './person.inputs.js';
import { type HeldGrant, openContact, type PersonRecord, PersonReads, personProjection } from './person.projection.js';
import { type GrantView, PersonConnection, PersonPayload, PersonView } from './person.views.js';

const projections = [personProjection.name];

/** Persons, accounts and grants. */
@Resolver(() => PersonView)
export class PersonResolver implements OnModuleInit {
  constructor(
    private readonly mutations: Mutations,
    private readonly access: Access,
    private readonly reads: PersonReads,
    private readonly keys: PersonKeys,
    private readonly directory: OrganisationDirectory,
    private readonly clock: RisingClock,
    private readonly nodes: NodeRegistry,
  ) {}

  onModuleInit(): void {
    this.nodes.register('Person', (id, context) => this.show(id as PersonId, context));
  }

  @Query(() => PersonView, { name: 'viewer', description: 'The person who is signed in, with own name and roles.' })
  async viewer(@Context() context: RequestContext): Promise<PersonView> {
    const { personId } = await this.access.account(context);
    const person = await this.show(personId, context);
    if (person === null)
      throw new DomainError('PERSON_NOT_FOUND', 'Your account is linked to a person who is not in the record.');
    return person;
  }

  @Query(() => PersonView, {
    name: 'person',
    nullable: true,
    description: 'A person by id; null when there is none, or none whom you may read (read:persons).',
  })
  async person(
    @Args('id', { type: () => ID, description: 'The person.' }) id: string,
    @Context() context: RequestContext,
  ): Promise<PersonView | null> {
    return this.show(localId<PersonId>('Person', id), context);
  }

  @Query(() => PersonConnection, {
    name: 'persons',
    description:
      'Persons who hold or held a role for an organisation; all of them (administrators only) when none is named.',
  })
  async persons(
    @Args() page: PageArgs,
    @Args('organisation', { type: () => String, nullable: true, description: 'By code ("MI-41") or id.' })
    organisation: string | null,
    @Context() context: RequestContext,
  ): Promise<Page<PersonView>> {
    const found = organisation == null ? undefined : await this.organisation(organisation);
    const about = found === undefined ? {} : grantAbout(found.id, found.kind);
    await this.access.authorise(context, 'read:persons', about);
    const after = page.after == null ? '' : String(readCursor(page.after, 1)[0]);
    const rows = await this.reads.persons({ organisation: found?.id, after, limit: page.first + 1 });
    const shown = rows.slice(0, page.first);
    const grants = await this.reads.grantsOf(shown.map((row) => row.personId));
    const views = new Map<PersonId, PersonView>();
    for (const row of shown) {
      const own = grants.filter((grant) => grant.personId === row.personId);
      views.set(row.personId, await this.view(row, own));
    }
    return pageOf(
      rows,
      page.first,
      (row) => [row.personId],
      (row) => views.get(row.personId)!,
      () => this.reads.count(found?.id),
    );
  }

  @Mutation(() => PersonPayload, { name: 'registerPerson', description: 'Enters a member of staff into the record.' })
  registerPerson(
    @Args('input') input: RegisterPersonInput,
    @Context() context: RequestContext,
  ): Promise<Payload<PersonView>> {
    return this.mutations.run({
      context,
      operation: 'registerPerson',
      input,
      about: {},
      projections,
      command: (meta) => new RegisterPerson({}, meta, { personId: personIdOf(meta.commandId), ...contactOf(input) }),
      read: (receipt) => this.shown(receipt.stream.slice('person-'.length)),
    });
  }

  @Mutation(() => PersonPayload, {
    name: 'namePerson',
    description: 'States name and contact of a person anew, as a whole.',
  })
  namePerson(@Args('input') input: NamePersonInput, @Context() context: RequestContext): Promise<Payload<PersonView>> {
    return this.mutations.run({
      context,
      operation: 'namePerson',
      input,
      about: {},
      projections,
      command: (meta) => new NamePerson({}, meta, { personId: personIn(input), ...contactOf(input) }),
      read: () => this.shown(personIn(input)),
    });
  }

  @Mutation(() => PersonPayload, {
    name: 'linkAccount',
    description: 'Lets an account of an issuer stand for a person: whoever signs in with it acts as that person.',
  })
  linkAccount(
    @Args('input') input: LinkAccountInput,
    @Context() context: RequestContext,
  ): Promise<Payload<PersonView>> {
    const { issuer, subject } = input;
    return this.mutations.run({
      context,
      operation: 'linkAccount',
      input,
      about: {},
      projections,
      command: async (meta) => {
        const personId = personIn(input);
        const personKnown = (await this.reads.person(personId)) !== undefined;
        const accountHash = this.keys.accountHash(issuer, subject);
        return new LinkAccount({}, meta, { personId, issuer, accountHash, personKnown });
      },
      read: () => this.shown(personIn(input)),
    });
  }

  @Mutation(() => PersonPayload, {
    name: 'grantRole',
    description: 'Grants a role to a person, for an organisation, from a day on.',
  })
  grantRole(@Args('input') input: GrantRoleInput, @Context() context: RequestContext): Promise<Payload<PersonView>> {
    return this.mutations.run({
      context,
      operation: 'grantRole',
      input,
      about: async () => {
        const { id, kind } = await this.grantedFor(input);
        return grantAbout(id, kind);
      },
      projections,
      command: async (meta) => {
        const { id: organisationId, kind: organisationKind } = await this.grantedFor(input);
        return new GrantRole(grantAbout(organisationId, organisationKind), meta, {
          personId: personIn(input),
          role: input.role,
          organisationId,
          organisationKind,
          from: input.from ?? meta.today,
          until: input.until ?? undefined,
        });
      },
      read: () => this.shown(personIn(input)),
    });
  }

  @Mutation(() => PersonPayload, { name: 'endGrant', description: 'Ends a grant on a day, with the reason.' })
  endGrant(@Args('input') input: EndGrantInput, @Context() context: RequestContext): Promise<Payload<PersonView>> {
    return this.mutations.run({
      context,
      operation: 'endGrant',
      input,
      about: () => this.aboutGrant(input),
      projections,
      command: async (meta) =>
        new EndGrant(await this.aboutGrant(input), meta, {
          personId: personIn(input),
          grantId: input.grant,
          on: input.on ?? meta.today,
          reason: input.reason,
        }),
      read: () => this.shown(personIn(input)),
    });
  }

  /** The person; null when there is none, and for whoever is neither that person nor may read the people of one of their organisations. */
  private async show(personId: PersonId, context: RequestContext): Promise<PersonView | null> {
    const account = await this.access.account(context);
    const person = await this.reads.person(personId);
    if (person === undefined) return null;
    const grants = await this.reads.grantsOf([personId]);
    const mayOpen = account.personId === personId || (await this.mayRead(context, grants));
    return mayOpen ? this.view(person, grants) : null;
  }

  /** Whether the asker may see the names of the people of one of the organisations that these grants are for. */
  private async mayRead(context: RequestContext, grants: readonly HeldGrant[]): Promise<boolean> {
    for (const id of new Set(['', ...grants.map((grant) => grant.organisationId)])) {
      try {
        const about = id === '' ? {} : { agency: id as OrganisationId };
        await this.access.authorise(context, 'read:persons', about);
        return true;
      } catch (error) {
        if (!(error instanceof ForbiddenError)) throw error;
      }
    }
    return false;
  }

  private async shown(personId: string): Promise<PersonView> {
    const person = await this.reads.person(personId as PersonId);
    if (person === undefined)
      throw new DomainError('PERSON_NOT_FOUND', 'There is no person with this id.', { path: ['person'] });
    return this.view(person, await this.reads.grantsOf([person.personId]));
  }

  private async view(person: PersonRecord, grants: readonly HeldGrant[]): Promise<PersonView> {
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

  private async grantedFor(input: GrantRoleInput): Promise<{ id: OrganisationId; kind: string }> {
    return input.organisation == null
      ? { id: OPERATOR_ORGANISATION, kind: 'OPERATOR' }
      : this.organisation(input.organisation);
  }

  private async aboutGrant(input: EndGrantInput) {
    const grants = await this.reads.grantsOf([personIn(input)]);
    const grant = grants.find((held) => held.grantId === input.grant);
    if (grant === undefined || grant.organisationId === OPERATOR_ORGANISATION) return {};
    const found = await this.directory.find(grant.organisationId);
    return grantAbout(grant.organisationId, found?.kind ?? 'SERVICE_AGENCY');
  }

  private async organisation(code: string): Promise<{ id: OrganisationId; kind: string }> {
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

function personIn(input: { readonly person: string }): PersonId {
  return localId<PersonId>('Person', input.person, ['person']);
}

function contactOf({ name, email, phone }: RegisterPersonInput) {
  return { name, email, phone: phone ?? undefined };
}
