import type {
  CivilDate,
  Command,
  CommandMeta,
  EventId,
  FieldType,
  FocusArea,
  OnTop,
  OrganisationId,
  Organisations,
  PersonId,
  SchoolYear,
} from '@waymark/kernel';
import type { districtRequestCatalogue, followUpKinds, followUpOutcomes } from './district-request.events.js';

type Events = typeof districtRequestCatalogue.types;

/** What a district says about one focus area. */
export type NeedCell = FieldType<Events['DistrictNeedStated']['fields']['cells']>[number];
/** What a district asks for in one focus area and one form of support. */
export type RequestCell = FieldType<Events['SupportRequested']['fields']['cells']>[number];
/** By which way, on which day a district said it. */
export type RequestSource = FieldType<Events['DistrictNeedStated']['fields']['source']>;
export type DistrictPlan = NonNullable<FieldType<Events['DistrictPlanRead']['fields']['plan']>>;
export type FollowUpKind = (typeof followUpKinds)[number];
export type FollowUpOutcome = (typeof followUpOutcomes)[number];

/** District and school year: one record each. */
export interface DistrictKey {
  readonly district: OrganisationId;
  readonly schoolYear: SchoolYear;
}

/** Last day of the district, when it has closed. */
export interface DistrictBasis {
  readonly closedOn?: CivilDate | undefined;
}

/** Who is to ask again; the agency's MTSS coordinator when nobody is named. */
export interface FollowUpTask {
  readonly kind?: FollowUpKind | undefined;
  readonly ownerRole?: string | undefined;
  readonly ownerId?: PersonId | undefined;
  readonly dueOn?: CivilDate | undefined;
}

interface Stating<Cell> {
  readonly cells: readonly OnTop<Cell>[];
  readonly source: RequestSource;
  /** The day of the source when absent. */
  readonly effectiveOn?: CivilDate | undefined;
  readonly basis: DistrictBasis;
}

interface Correcting<Cell> {
  readonly corrects: EventId;
  /** A cell that the corrected entry does not speak about goes on top of the entry that does. */
  readonly cells: readonly OnTop<Cell>[];
  /** As it stood when absent. */
  readonly source?: RequestSource | undefined;
  readonly effectiveOn?: CivilDate | undefined;
  readonly reason: string;
}

interface Withdrawing {
  readonly corrects: EventId;
  readonly reason: string;
}

abstract class DistrictCommand<T extends string, D> implements Command<T> {
  abstract readonly type: T;
  constructor(
    readonly key: DistrictKey,
    readonly data: D,
    readonly about: Organisations,
    readonly meta: CommandMeta,
  ) {}
}

export class StateDistrictNeed extends DistrictCommand<
  'StateDistrictNeed',
  Stating<NeedCell> & { readonly followUp?: FollowUpTask | undefined }
> {
  readonly type = 'StateDistrictNeed';
}

export class CorrectDistrictNeed extends DistrictCommand<
  'CorrectDistrictNeed',
  Correcting<NeedCell> & { readonly followUp?: FollowUpTask | undefined }
> {
  readonly type = 'CorrectDistrictNeed';
}

export class WithdrawDistrictNeed extends DistrictCommand<'WithdrawDistrictNeed', Withdrawing> {
  readonly type = 'WithdrawDistrictNeed';
}

export class RequestSupport extends DistrictCommand<'RequestSupport', Stating<RequestCell>> {
  readonly type = 'RequestSupport';
}

export class CorrectSupportRequest extends DistrictCommand<'CorrectSupportRequest', Correcting<RequestCell>> {
  readonly type = 'CorrectSupportRequest';
}

export class WithdrawSupportRequest extends DistrictCommand<'WithdrawSupportRequest', Withdrawing> {
  readonly type = 'WithdrawSupportRequest';
}

/**
 * Without `planRef` the titles decide whether it is a plan seen before; such a plan is noted again on top of `basedOn`, the
 * entry that was seen. Effective on the day it was seen.
 */
export class NoteDistrictPlan extends DistrictCommand<
  'NoteDistrictPlan',
  {
    readonly plan: Omit<DistrictPlan, 'planRef'>;
    readonly planRef?: string | undefined;
    readonly basedOn?: EventId | undefined;
    readonly basis: DistrictBasis;
  }
> {
  readonly type = 'NoteDistrictPlan';
}

export class CorrectDistrictPlan extends DistrictCommand<
  'CorrectDistrictPlan',
  {
    readonly planRef: string;
    readonly corrects: EventId;
    readonly plan: Omit<DistrictPlan, 'planRef'>;
    readonly reason: string;
  }
> {
  readonly type = 'CorrectDistrictPlan';
}

export class WithdrawDistrictPlan extends DistrictCommand<
  'WithdrawDistrictPlan',
  Withdrawing & { readonly planRef: string }
> {
  readonly type = 'WithdrawDistrictPlan';
}

export class OpenFollowUp extends DistrictCommand<
  'OpenFollowUp',
  FollowUpTask & { readonly focusAreas: readonly FocusArea[] }
> {
  readonly type = 'OpenFollowUp';
}

export class RecordFollowUpAsked extends DistrictCommand<
  'RecordFollowUpAsked',
  { readonly followUpId: string; readonly kind: FollowUpKind; readonly askedOn: CivilDate }
> {
  readonly type = 'RecordFollowUpAsked';
}

export class CloseFollowUp extends DistrictCommand<
  'CloseFollowUp',
  { readonly followUpId: string; readonly outcome: FollowUpOutcome; readonly reason?: string | undefined }
> {
  readonly type = 'CloseFollowUp';
}

/** Every command of this record; the binding to the command bus is made from this list. */
export const districtRequestCommands = [
  StateDistrictNeed,
  CorrectDistrictNeed,
  WithdrawDistrictNeed,
  RequestSupport,
  CorrectSupportRequest,
  WithdrawSupportRequest,
  NoteDistrictPlan,
  CorrectDistrictPlan,
  WithdrawDistrictPlan,
  OpenFollowUp,
  RecordFollowUpAsked,
  CloseFollowUp,
] as const;

export type DistrictRequestCommand = InstanceType<(typeof districtRequestCommands)[number]>;
