import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import {
  type CivilDate,
  civilDateIn,
  DomainError,
  type OrganisationId,
  type Organisations,
  RisingClock,
} from '@waymark/kernel';
import type { Command, CommandMeta, EventId } from '@waymark/kernel';
import { type MutationRequest, Mutations, type Payload, RequestContext } from '@waymark/nest-kit';
import { drawTagKey } from './directory-importer.js';
import { DirectoryTurn } from './directory-turn.js';
import { organisationIdOf } from './identifier-formats.js';
import { LaterWork } from './later-work.js';
import {
  CloseOrganisation,
  CorrectPlacement,
  DescribeOrganisation,
  IdentifyOrganisation,
  NameOrganisation,
  PlaceOrganisation,
  RegisterOrganisation,
  type RegisterOrganisationData,
  WithdrawClosing,
  WithdrawPlacement,
} from './organisation-commands.js';
import type { OrganisationBasis } from './organisation.basis.js';
import {
  CloseOrganisationInput,
  CorrectPlacementInput,
  DescribeOrganisationInput,
  IdentifyOrganisationInput,
  NameOrganisationInput,
  PlaceOrganisationInput,
  RegisterOrganisationInput,
  WithdrawClosingInput,
  WithdrawPlacementInput,
} from './organisation.inputs.js';
import { tagsAlone, tagsUnder } from './organisation-guards.js';
import { organisationProjection } from './organisation.projection.js';
import { OrganisationReads } from './organisation-reads.js';
import { Organisation, OrganisationPayload, organisationView } from './organisation.views.js';

interface Subject {
  readonly id: OrganisationId;
  readonly about: Organisations;
}

/** Entering and changing organisations. What the rules must know of other organisations is looked up here and judged there. */
@Resolver(() => Organisation)
export class OrganisationMutationsResolver {
  constructor(
    private readonly mutations: Mutations,
    private readonly reads: OrganisationReads,
    private readonly clock: RisingClock,
    private readonly laterWork: LaterWork,
    private readonly turn: DirectoryTurn,
  ) {}

  @Mutation(() => OrganisationPayload, {
    name: 'registerOrganisation',
    description: 'Enters an organisation into the record, with its codes and its first parent.',
  })
  registerOrganisation(
    @Args('input') input: RegisterOrganisationInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Organisation>> {
    return this.turn.take((assertMine) => this.register(input, context, assertMine));
  }

  private async register(
    input: RegisterOrganisationInput,
    context: RequestContext,
    assertMine: () => void,
  ): Promise<Payload<Organisation>> {
    const { state, kind, name } = input;
    const identifiers = input.identifiers.map(({ scheme, value }) => ({ scheme, value }));
    const [founding] = identifiers;
    const id = founding === undefined ? undefined : organisationIdOf(state, kind, founding);
    const parent = await this.parentBasis(input.parent, input.effectiveOn);
    const alone = id === undefined ? {} : tagsAlone({ organisationId: id, kind });
    const about = id === undefined || parent == null ? alone : tagsUnder({ organisationId: id, kind }, parent);
    return this.mutations.run({
      ...this.request(context, 'registerOrganisation', input, about),
      command: async (meta) => {
        if (founding === undefined) {
          const where = { rule: 'R-01', path: ['identifiers'] };
          throw new DomainError('IDENTIFIER_INVALID', 'Give at least one code.', where);
        }
        const timeZone = input.timeZone ?? (await this.reads.timeZoneOf(parent?.organisationId));
        const data: RegisterOrganisationData = {
          ...{ state, kind, name, timeZone, parent, label: input.label ?? undefined },
          identifiers: [founding, ...identifiers.slice(1)],
          tagKey: drawTagKey(),
          effectiveOn: input.effectiveOn ?? undefined,
          taken: await this.reads.takenCodes(identifiers, { state, kind, except: id! }),
          ...particulars(input),
        };
        assertMine();
        return new RegisterOrganisation(data, about, meta);
      },
      read: () => this.shown(id!),
    });
  }

  @Mutation(() => OrganisationPayload, { name: 'nameOrganisation', description: 'Gives an organisation another name.' })
  nameOrganisation(
    @Args('input') input: NameOrganisationInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Organisation>> {
    return this.change(context, 'nameOrganisation', input, ({ id, about }, meta) => {
      const data = { name: input.name, effectiveOn: input.effectiveOn ?? undefined, reason: input.reason ?? undefined };
      return new NameOrganisation(id, data, about, meta);
    });
  }

  @Mutation(() => OrganisationPayload, {
    name: 'identifyOrganisation',
    description: 'Gives an organisation a code, or another one of the same scheme. Its id stays.',
  })
  identifyOrganisation(
    @Args('input') input: IdentifyOrganisationInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Organisation>> {
    return this.change(context, 'identifyOrganisation', input, async ({ id, about }, meta) => {
      const { scheme, value } = input.identifier;
      const own = (await this.reads.basisOf(id, meta.today))!;
      const parentId = await this.reads.parentOf(id, meta.today);
      const parent = parentId === undefined ? undefined : await this.reads.basisOf(parentId, meta.today);
      const taken = await this.reads.takenCodes([{ scheme, value }], { state: own.state, kind: own.kind, except: id });
      const effectiveOn = input.effectiveOn ?? undefined;
      const reason = input.reason ?? undefined;
      const data = { scheme, value, effectiveOn, reason, taken, districtRcdts: parent?.rcdts };
      return new IdentifyOrganisation(id, data, about, meta);
    });
  }

  @Mutation(() => OrganisationPayload, {
    name: 'describeOrganisation',
    description: 'States label and particulars anew as a whole: what is left out is no longer known.',
  })
  describeOrganisation(
    @Args('input') input: DescribeOrganisationInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Organisation>> {
    return this.change(context, 'describeOrganisation', input, ({ id, about }, meta) => {
      return new DescribeOrganisation(id, { label: input.label ?? undefined, ...particulars(input) }, about, meta);
    });
  }

  @Mutation(() => OrganisationPayload, {
    name: 'placeOrganisation',
    description: 'Puts an organisation under a parent from a day on; the history stays.',
  })
  placeOrganisation(
    @Args('input') input: PlaceOrganisationInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Organisation>> {
    return this.change(context, 'placeOrganisation', input, async ({ id, about }, meta) => {
      const on = input.effectiveOn ?? meta.today;
      const parent = (await this.parentBasis(input.parent, on)) ?? undefined;
      const formerId = await this.reads.parentOf(id, on);
      const former = formerId === undefined ? undefined : await this.reads.basisOf(formerId, on);
      const data = { parent, former, effectiveOn: on, reason: input.reason ?? undefined };
      return new PlaceOrganisation(id, data, about, meta);
    });
  }

  @Mutation(() => OrganisationPayload, {
    name: 'correctPlacement',
    description: 'Says that a placement was entered wrongly: parent, day, or both.',
  })
  correctPlacement(
    @Args('input') input: CorrectPlacementInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Organisation>> {
    return this.change(context, 'correctPlacement', input, async ({ id, about }, meta) => {
      const placed = (await this.reads.placementsOf(id)).find(({ statement }) => statement === input.placement);
      const on = input.effectiveOn ?? placed?.from ?? meta.today;
      const parent = await this.parentBasis(input.parent, on);
      const { reason, effectiveOn } = input;
      const data = { statement: input.placement as EventId, parent, effectiveOn: effectiveOn ?? undefined, reason };
      return new CorrectPlacement(id, data, about, meta);
    });
  }

  @Mutation(() => OrganisationPayload, {
    name: 'withdrawPlacement',
    description: 'Says that a placement never was true; what held before it holds again.',
  })
  withdrawPlacement(
    @Args('input') input: WithdrawPlacementInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Organisation>> {
    return this.change(context, 'withdrawPlacement', input, ({ id, about }, meta) => {
      const data = { statement: input.placement as EventId, reason: input.reason };
      return new WithdrawPlacement(id, data, about, meta);
    });
  }

  @Mutation(() => OrganisationPayload, {
    name: 'closeOrganisation',
    description: 'Ends an organisation on a day, with or without a successor.',
  })
  closeOrganisation(
    @Args('input') input: CloseOrganisationInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Organisation>> {
    return this.change(context, 'closeOrganisation', input, async ({ id, about }, meta) => {
      const { lastDay, reason } = input;
      const successor = await this.parentBasis(input.successor, lastDay);
      const stillUnderIt = await this.reads.namesUnder(id, lastDay);
      const laterWork = await this.laterWork.after(id, lastDay);
      return new CloseOrganisation(id, { lastDay, successor, reason, stillUnderIt, laterWork }, about, meta);
    });
  }

  @Mutation(() => OrganisationPayload, {
    name: 'withdrawClosing',
    description:
      'Calls off a closing that was entered by mistake: the organisation goes on as if it had never been closed.',
  })
  withdrawClosing(
    @Args('input') input: WithdrawClosingInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Organisation>> {
    return this.change(context, 'withdrawClosing', input, async ({ id, about }, meta) => {
      const today = await this.today(id);
      const parentId = await this.reads.parentOf(id, today);
      const parent = parentId === undefined ? undefined : await this.reads.basisOf(parentId, today);
      return new WithdrawClosing(id, { reason: input.reason, parent }, about, meta);
    });
  }

  private request<I extends { readonly idempotencyKey: string }>(
    context: RequestContext,
    operation: string,
    input: I,
    about: MutationRequest['about'],
  ) {
    return { context, operation, input, about, projections: [organisationProjection.name] };
  }

  private change(
    context: RequestContext,
    operation: string,
    input: { readonly idempotencyKey: string; readonly organisation: string },
    command: (subject: Subject, meta: CommandMeta) => Command | Promise<Command>,
  ): Promise<Payload<Organisation>> {
    let subject: Subject | undefined;
    const about = async () => (subject ??= await this.subject(input.organisation)).about;
    return this.turn.take((assertMine) =>
      this.mutations.run({
        ...this.request(context, operation, input, about),
        command: async (meta) => {
          const made = await command(subject!, meta);
          assertMine();
          return made;
        },
        read: () => this.shown(subject!.id),
      }),
    );
  }

  /** The organisation meant and how its events are tagged today. Throws ORGANISATION_UNKNOWN. */
  private async subject(code: string): Promise<Subject> {
    const found = await this.reads.find(code);
    if (found === undefined) {
      const message = `There is no organisation "${code.slice(0, 80)}". Check the code.`;
      throw new DomainError('ORGANISATION_UNKNOWN', message, { path: ['organisation'] });
    }
    const { id, kind } = found;
    const today = await this.today(id);
    const parentId = await this.reads.parentOf(id, today);
    const parent = parentId === undefined ? undefined : await this.reads.basisOf(parentId, today);
    const self = { organisationId: id, kind };
    return { id, about: parent === undefined ? tagsAlone(self) : tagsUnder(self, parent) };
  }

  /** Undefined when none is named, null when there is no such organisation. */
  private async parentBasis(
    code: string | null | undefined,
    on: CivilDate | null | undefined,
  ): Promise<OrganisationBasis | null | undefined> {
    if (code == null) return undefined;
    const found = await this.reads.find(code);
    if (found === undefined) return null;
    return (await this.reads.basisOf(found.id, on ?? (await this.today(found.id)))) ?? null;
  }

  private async shown(id: OrganisationId): Promise<Organisation> {
    return organisationView((await this.reads.byId(id))!);
  }

  private async today(id: OrganisationId): Promise<CivilDate> {
    return civilDateIn(await this.reads.timeZoneOf(id), this.clock.now());
  }
}

function particulars(input: RegisterOrganisationInput | DescribeOrganisationInput) {
  const { city, postalCode, gradeLevels, locale } = input;
  return {
    city: city ?? undefined,
    postalCode: postalCode ?? undefined,
    gradeLevels: gradeLevels ?? undefined,
    locale: locale ?? undefined,
  };
}
