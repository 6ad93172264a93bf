import { type OnModuleInit } from '@nestjs/common';
import { Args, Context, ID, Query, Resolver } from '@nestjs/graphql';
import { DomainError, ForbiddenError, type OrganisationId, type PersonId } from '@waymark/kernel';
import {
  Access,
  localId,
  NodeRegistry,
  type Page,
  PageArgs,
  pageOf,
  readCursor,
  RequestContext,
} from '@waymark/nest-kit';
import { grantAbout } from './bootstrap.js';
import { PersonPresenting } from './person-presenting.js';
import { type HeldGrant, PersonReads } from './person.projection.js';
import { PersonConnection, PersonView } from './person.views.js';

/** Reading persons: oneself, one, those of an organisation. */
@Resolver(() => PersonView)
export class PersonResolver implements OnModuleInit {
  constructor(
    private readonly access: Access,
    private readonly reads: PersonReads,
    private readonly presenting: PersonPresenting,
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
    const found = organisation == null ? undefined : await this.presenting.organisation(organisation);
    const about = found === undefined ? {} : grantAbout(found.id, found.kind);
    await this.access.authorise(context, 'read:persons', about);
    const after = page.after == null ? '' : String(readCursor(page.after, 1)[0]);
    const rows = await this.reads.persons({ organisation: found?.id, after, limit: page.first + 1 });
    const shown = rows.slice(0, page.first);
    const grants = await this.reads.grantsOf(shown.map((row) => row.personId));
    const views = new Map<PersonId, PersonView>();
    for (const row of shown) {
      const own = grants.filter((grant) => grant.personId === row.personId);
      views.set(row.personId, await this.presenting.view(row, own));
    }
    return pageOf(
      rows,
      page.first,
      (row) => [row.personId],
      (row) => views.get(row.personId)!,
      () => this.reads.count(found?.id),
    );
  }

  /** The person; null when there is none, and for whoever is neither that person nor may read the people of one of their organisations. */
  private async show(personId: PersonId, context: RequestContext): Promise<PersonView | null> {
    const account = await this.access.account(context);
    const person = await this.reads.person(personId);
    if (person === undefined) return null;
    const grants = await this.reads.grantsOf([personId]);
    const mayOpen = account.personId === personId || (await this.mayRead(context, grants));
    return mayOpen ? this.presenting.view(person, grants) : null;
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
}
