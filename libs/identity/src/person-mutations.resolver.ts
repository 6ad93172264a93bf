import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { OPERATOR_ORGANISATION, type OrganisationId, type PersonId } from '@waymark/kernel';
import { localId, Mutations, OrganisationDirectory, type Payload, RequestContext } from '@waymark/nest-kit';
import { LinkAccount } from './account.decider.js';
import { grantAbout } from './bootstrap.js';
import { PersonKeys } from './keys/person-keys.js';
import { PersonPresenting } from './person-presenting.js';
import { EndGrant, GrantRole, NamePerson, personIdOf, RegisterPerson } from './person.decider.js';
import {
  EndGrantInput,
  GrantRoleInput,
  LinkAccountInput,
  NamePersonInput,
  RegisterPersonInput,
} from './person.inputs.js';
import { PersonReads, personProjection } from './person.projection.js';
import { PersonPayload, PersonView } from './person.views.js';

const projections = [personProjection.name];

/** Entering persons, linking their accounts, granting and ending roles. */
@Resolver(() => PersonView)
export class PersonMutationsResolver {
  constructor(
    private readonly mutations: Mutations,
    private readonly reads: PersonReads,
    private readonly keys: PersonKeys,
    private readonly directory: OrganisationDirectory,
    private readonly presenting: PersonPresenting,
  ) {}

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
      read: (receipt) => this.presenting.shown(receipt.stream.slice('person-'.length) as PersonId),
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
      read: () => this.presenting.shown(personIn(input)),
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
      read: () => this.presenting.shown(personIn(input)),
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
      read: () => this.presenting.shown(personIn(input)),
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
      read: () => this.presenting.shown(personIn(input)),
    });
  }

  private async grantedFor(input: GrantRoleInput): Promise<{ id: OrganisationId; kind: string }> {
    return input.organisation == null
      ? { id: OPERATOR_ORGANISATION, kind: 'OPERATOR' }
      : this.presenting.organisation(input.organisation);
  }

  private async aboutGrant(input: EndGrantInput) {
    const grants = await this.reads.grantsOf([personIn(input)]);
    const grant = grants.find((held) => held.grantId === input.grant);
    if (grant === undefined || grant.organisationId === OPERATOR_ORGANISATION) return {};
    const found = await this.directory.find(grant.organisationId);
    return grantAbout(grant.organisationId, found?.kind ?? 'SERVICE_AGENCY');
  }
}

function personIn(input: { readonly person: string }): PersonId {
  return localId<PersonId>('Person', input.person, ['person']);
}

function contactOf({ name, email, phone }: RegisterPersonInput) {
  return { name, email, phone: phone ?? undefined };
}
