import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { type Command, type CommandMeta, type EventId, inForceByKey } from '@waymark/kernel';
import {
  Access,
  globalId,
  Mutations,
  type Payload,
  present,
  RequestContext,
  SchoolYearScalar,
  statementOf,
} from '@waymark/nest-kit';
import * as commands from './initiative-commands.js';
import { InitiativeMutations } from './initiative-mutations.js';
import { InitiativeOwners, type Owner } from './initiative-owners.js';
import { relationView } from './initiative-presenting.js';
import { staffKey, staffKeys } from './initiative-state.js';
import { suggestedDuplicates, suggestedOverExtensions } from './initiative-suggestions.js';
import { initiativeProjection } from './initiative.projection.js';
import { Initiative, InitiativePayload } from './initiative.views.js';
import { Inventories } from './inventories.js';
import * as inputs from './staff-load.inputs.js';
import { STAFF_LOAD_RULE } from './staff-load.js';
import { InitiativeSuggestion, StaffLoadPayload, StaffLoadView } from './staff-load.views.js';

const READ = 'read:initiatives';

/** Staff promised and available, and what rules suggest. */
@Resolver()
export class StaffLoadResolver {
  constructor(
    private readonly mutations: Mutations,
    private readonly initiatives: InitiativeMutations,
    private readonly access: Access,
    private readonly owners: InitiativeOwners,
    private readonly inventories: Inventories,
  ) {}

  @Query(() => StaffLoadView, {
    name: 'staffLoad',
    description: 'Staff promised to the initiatives of an owner against the staff it has, by school year and group.',
  })
  async staffLoad(
    @Args('organisation', { type: () => String, description: 'The owner: code ("MI-03") or id.' }) organisation: string,
    @Args('from', { type: () => SchoolYearScalar, nullable: true, description: 'First school year.' })
    from: string | null,
    @Args('until', { type: () => SchoolYearScalar, nullable: true, description: 'Last school year.' })
    until: string | null,
    @Context() context: RequestContext,
  ): Promise<StaffLoadView> {
    const owner = await this.owners.find(organisation);
    await this.access.authorise(context, READ, owner.about);
    return this.show(owner, from ?? '', until ?? '9999');
  }

  @Query(() => [InitiativeSuggestion], {
    name: 'initiativeSuggestions',
    description:
      'What rules find about the planned, active and paused initiatives of an owner, and of its agency beside them: possible duplicates and over-extended staff.',
  })
  async initiativeSuggestions(
    @Args('organisation', { type: () => String, description: 'The owner: code ("MI-03") or id.' }) organisation: string,
    @Context() context: RequestContext,
  ): Promise<InitiativeSuggestion[]> {
    const owner = await this.owners.find(organisation);
    await this.access.authorise(context, READ, owner.about);
    const { compared, above, load } = await this.inventories.comparedWith(owner);
    const found = [...suggestedDuplicates(compared, above), ...suggestedOverExtensions(load)];
    const named = [...new Set(found.flatMap(({ initiatives }) => initiatives))];
    const pairs = await this.inventories.relations(named);
    return found.map(({ initiatives, staffGroup = null, schoolYear = null, relation, because, rule }) => {
      const ids = new Set(initiatives);
      const isWithin = ({ pair }: { pair: string }) => pair.split(' ').every((id) => ids.has(id));
      const judgements = pairs.filter(isWithin).flatMap(relationView);
      const about = initiatives.map((id) => globalId('Initiative', id));
      return { relation, initiatives: about, staffGroup, schoolYear, because, rule, judgements };
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'promiseStaff',
    description: 'Promises staff to an initiative in a school year; how much may be unknown.',
  })
  promiseStaff(
    @Args('input') input: inputs.PromiseStaffInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'promiseStaff', input, ({ id, basis, about }, initiativeId, meta) => {
      const { schoolYear, cells, effectiveOn } = present(input);
      const data = { initiativeId, schoolYear, cells: onTop(cells), effectiveOn, basis };
      return new commands.PromiseStaff(id, data, about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'correctStaffPromise',
    description: 'Puts right a promise of staff that was recorded wrongly (R-88).',
  })
  correctStaffPromise(
    @Args('input') input: inputs.CorrectStaffPromiseInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'correctStaffPromise', input, ({ id, about }, initiativeId, meta) => {
      const { schoolYear, cells, corrects, reason } = present(input);
      const said = { schoolYear, cells: onTop(cells), corrects: corrects as EventId, reason };
      return new commands.CorrectStaffPromise(id, { initiativeId, ...said }, about, meta);
    });
  }

  @Mutation(() => InitiativePayload, {
    name: 'withdrawStaffPromise',
    description: 'Takes back a promise of staff that nobody gave (R-88).',
  })
  withdrawStaffPromise(
    @Args('input') input: inputs.WithdrawStaffPromiseInput,
    @Context() context: RequestContext,
  ): Promise<Payload<Initiative>> {
    return this.initiatives.change(context, 'withdrawStaffPromise', input, ({ id, about }, initiativeId, meta) => {
      const { schoolYear, corrects, reason } = present(input);
      const data = { initiativeId, schoolYear, corrects: corrects as EventId, reason };
      return new commands.WithdrawStaffPromise(id, data, about, meta);
    });
  }

  @Mutation(() => StaffLoadPayload, {
    name: 'stateStaffAvailability',
    description: 'Says how much staff an owner has in a school year, by staff group.',
  })
  stateStaffAvailability(
    @Args('input') input: inputs.StateStaffAvailabilityInput,
    @Context() context: RequestContext,
  ): Promise<Payload<StaffLoadView>> {
    return this.change(context, 'stateStaffAvailability', input, ({ id, basis, about }, meta) => {
      const { schoolYear, cells, effectiveOn } = present(input);
      const data = { schoolYear, cells: onTop(cells), effectiveOn, basis };
      return new commands.StateStaffAvailability(id, data, about, meta);
    });
  }

  @Mutation(() => StaffLoadPayload, {
    name: 'correctStaffAvailability',
    description: 'Puts right what was said wrongly about the staff there is (R-88).',
  })
  correctStaffAvailability(
    @Args('input') input: inputs.CorrectStaffAvailabilityInput,
    @Context() context: RequestContext,
  ): Promise<Payload<StaffLoadView>> {
    return this.change(context, 'correctStaffAvailability', input, ({ id, about }, meta) => {
      const { schoolYear, cells, corrects, reason } = present(input);
      const data = { schoolYear, cells: onTop(cells), corrects: corrects as EventId, reason };
      return new commands.CorrectStaffAvailability(id, data, about, meta);
    });
  }

  @Mutation(() => StaffLoadPayload, {
    name: 'withdrawStaffAvailability',
    description: 'Takes back what nobody said about the staff there is (R-88).',
  })
  withdrawStaffAvailability(
    @Args('input') input: inputs.WithdrawStaffAvailabilityInput,
    @Context() context: RequestContext,
  ): Promise<Payload<StaffLoadView>> {
    return this.change(context, 'withdrawStaffAvailability', input, ({ id, about }, meta) => {
      const { schoolYear, corrects, reason } = present(input);
      const data = { schoolYear, corrects: corrects as EventId, reason };
      return new commands.WithdrawStaffAvailability(id, data, about, meta);
    });
  }

  private change(
    context: RequestContext,
    operation: string,
    input: inputs.StaffInput,
    build: (owner: Owner, meta: CommandMeta) => Command,
  ): Promise<Payload<StaffLoadView>> {
    let owner: Owner;
    return this.mutations.run({
      ...{ context, operation, input, projections: [initiativeProjection.name] },
      about: async () => {
        owner = await this.owners.find(input.organisation);
        return owner.about;
      },
      command: (meta) => build(owner, meta),
      read: () => this.show(owner, input.schoolYear, input.schoolYear),
    });
  }

  private async show(owner: Owner, from: string, until: string): Promise<StaffLoadView> {
    const { load, available } = await this.inventories.loadOf(owner.id);
    const within = load.filter(({ schoolYear }) => schoolYear >= from && schoolYear <= until);
    return {
      organisationId: globalId('Organisation', owner.id),
      rule: STAFF_LOAD_RULE,
      lines: within.map((line) => {
        const entry = inForceByKey(available[line.schoolYear] ?? [], staffKeys).get(staffKey(line));
        return {
          ...line,
          initiatives: line.initiatives.map((id) => globalId('Initiative', id)),
          statement: entry === undefined ? null : { what: 'STAFF', ...statementOf(entry) },
        };
      }),
    };
  }
}

/** Cells with the entries that were seen, as events: their form was checked with the input. */
function onTop<Cell extends { readonly basedOn?: string }>(cells: readonly Cell[]) {
  return cells.map((cell) => ({ ...cell, basedOn: cell.basedOn as EventId | undefined }));
}
