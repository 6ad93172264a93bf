import type {
  CivilDate,
  Command,
  CommandMeta,
  EventId,
  FieldType,
  OnTop,
  OrganisationId,
  Organisations,
  SchoolYear,
} from '@waymark/kernel';
import type { initiativeCatalogue, OwnerLevel } from './initiative.events.js';

type Events = typeof initiativeCatalogue.types;

export type Description = NonNullable<FieldType<Events['InitiativeDescribed']['fields']['description']>>;
export type Relation = NonNullable<FieldType<Events['InitiativeRelated']['fields']['relation']>>;
export type RelationTarget = Relation['to'];
export type StaffCell = FieldType<Events['InitiativeStaffPromised']['fields']['cells']>[number];
export type Review = NonNullable<FieldType<Events['InitiativeReviewed']['fields']['review']>>;
/** A review as somebody says it; the status that follows is decided. */
export type SaidReview = Omit<Review, 'status'>;
export type Rating = NonNullable<FieldType<Events['InitiativeRated']['fields']['rating']>>;

/** What must be known of the owner: which level it is, and its last day when it has closed. */
export interface OwnerBasis {
  readonly level: OwnerLevel;
  readonly closedOn?: CivilDate | undefined;
}

interface Held {
  /** Today when absent. */
  readonly effectiveOn?: CivilDate | undefined;
}
interface Based extends Held {
  /** The entry that the caller saw; absent where there was none. */
  readonly basedOn?: EventId | undefined;
}
interface Corrects {
  readonly corrects: EventId;
  readonly reason: string;
}
interface Of {
  readonly initiativeId: string;
}

abstract class InventoryCommand<T extends string, D> implements Command<T> {
  abstract readonly type: T;
  constructor(
    readonly ownerId: OrganisationId,
    readonly data: D,
    readonly about: Organisations,
    readonly meta: CommandMeta,
  ) {}
}

export class RegisterInitiative extends InventoryCommand<
  'RegisterInitiative',
  Held & { readonly description: Description; readonly status: 'PLANNED' | 'ACTIVE'; readonly basis: OwnerBasis }
> {
  readonly type = 'RegisterInitiative';
}

export class DescribeInitiative extends InventoryCommand<
  'DescribeInitiative',
  Based & Of & { readonly description: Description; readonly basis: OwnerBasis }
> {
  readonly type = 'DescribeInitiative';
}

export class CorrectInitiative extends InventoryCommand<
  'CorrectInitiative',
  Corrects & Held & Of & { readonly description: Description }
> {
  readonly type = 'CorrectInitiative';
}

/** Takes back an initiative that never was: everything said about it so far is its registration and descriptions. */
export class WithdrawInitiative extends InventoryCommand<'WithdrawInitiative', Of & { readonly reason: string }> {
  readonly type = 'WithdrawInitiative';
}

export class StateInitiativeStatus extends InventoryCommand<
  'StateInitiativeStatus',
  Based & Of & { readonly status: 'ACTIVE' | 'ENDED'; readonly reason?: string | undefined; readonly basis: OwnerBasis }
> {
  readonly type = 'StateInitiativeStatus';
}

export class WithdrawInitiativeStatus extends InventoryCommand<'WithdrawInitiativeStatus', Corrects & Of> {
  readonly type = 'WithdrawInitiativeStatus';
}

/** `isKnown` says whether the record holds an initiative of another owner that is named as target. */
export class RelateInitiative extends InventoryCommand<
  'RelateInitiative',
  Based & { readonly relation: Relation; readonly isKnown: boolean }
> {
  readonly type = 'RelateInitiative';
}

export class CorrectRelation extends InventoryCommand<
  'CorrectRelation',
  Corrects & Held & Of & { readonly to: RelationTarget } & Pick<Relation, 'relation' | 'explanation' | 'staffGroups'>
> {
  readonly type = 'CorrectRelation';
}

export class WithdrawRelation extends InventoryCommand<
  'WithdrawRelation',
  Corrects & Of & { readonly to: RelationTarget }
> {
  readonly type = 'WithdrawRelation';
}

export class ResolveConflict extends InventoryCommand<
  'ResolveConflict',
  Held & Of & { readonly to: RelationTarget; readonly judgement: EventId; readonly resolution: string }
> {
  readonly type = 'ResolveConflict';
}

export class PromiseStaff extends InventoryCommand<
  'PromiseStaff',
  Held &
    Of & { readonly schoolYear: SchoolYear; readonly cells: readonly OnTop<StaffCell>[]; readonly basis: OwnerBasis }
> {
  readonly type = 'PromiseStaff';
}

export class CorrectStaffPromise extends InventoryCommand<
  'CorrectStaffPromise',
  Corrects & Of & { readonly schoolYear: SchoolYear; readonly cells: readonly OnTop<StaffCell>[] }
> {
  readonly type = 'CorrectStaffPromise';
}

export class WithdrawStaffPromise extends InventoryCommand<
  'WithdrawStaffPromise',
  Corrects & Of & { readonly schoolYear: SchoolYear }
> {
  readonly type = 'WithdrawStaffPromise';
}

export class StateStaffAvailability extends InventoryCommand<
  'StateStaffAvailability',
  Held & { readonly schoolYear: SchoolYear; readonly cells: readonly OnTop<StaffCell>[]; readonly basis: OwnerBasis }
> {
  readonly type = 'StateStaffAvailability';
}

export class CorrectStaffAvailability extends InventoryCommand<
  'CorrectStaffAvailability',
  Corrects & { readonly schoolYear: SchoolYear; readonly cells: readonly OnTop<StaffCell>[] }
> {
  readonly type = 'CorrectStaffAvailability';
}

export class WithdrawStaffAvailability extends InventoryCommand<
  'WithdrawStaffAvailability',
  Corrects & { readonly schoolYear: SchoolYear }
> {
  readonly type = 'WithdrawStaffAvailability';
}

export class ReviewInitiative extends InventoryCommand<
  'ReviewInitiative',
  Based & Of & { readonly review: SaidReview }
> {
  readonly type = 'ReviewInitiative';
}

export class CorrectReview extends InventoryCommand<
  'CorrectReview',
  Corrects & Held & Of & { readonly reviewId: string; readonly review: SaidReview }
> {
  readonly type = 'CorrectReview';
}

export class WithdrawReview extends InventoryCommand<'WithdrawReview', Corrects & Of & { readonly reviewId: string }> {
  readonly type = 'WithdrawReview';
}

export class RateInitiative extends InventoryCommand<'RateInitiative', Based & Of & { readonly rating: Rating }> {
  readonly type = 'RateInitiative';
}

export class CorrectRating extends InventoryCommand<
  'CorrectRating',
  Corrects & Held & Of & { readonly rating: Rating }
> {
  readonly type = 'CorrectRating';
}

export class WithdrawRating extends InventoryCommand<'WithdrawRating', Corrects & Of> {
  readonly type = 'WithdrawRating';
}

/** Every command of an inventory; the binding to the command bus is made from this list. */
export const initiativeCommands = [
  RegisterInitiative,
  DescribeInitiative,
  CorrectInitiative,
  WithdrawInitiative,
  StateInitiativeStatus,
  WithdrawInitiativeStatus,
  RelateInitiative,
  CorrectRelation,
  WithdrawRelation,
  ResolveConflict,
  PromiseStaff,
  CorrectStaffPromise,
  WithdrawStaffPromise,
  StateStaffAvailability,
  CorrectStaffAvailability,
  WithdrawStaffAvailability,
  ReviewInitiative,
  CorrectReview,
  WithdrawReview,
  RateInitiative,
  CorrectRating,
  WithdrawRating,
] as const;

export type InitiativeCommand = InstanceType<(typeof initiativeCommands)[number]>;
