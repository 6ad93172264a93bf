import {
  type CivilDate,
  type CommandMeta,
  type EventId,
  type OrganisationId,
  type Organisations,
} from '@waymark/kernel';
import { type Identifier, organisationIdOf } from './identifier-formats.js';
import type { OrganisationBasis, TakenCode } from './organisation.basis.js';
import type { OrganisationKind, OrganisationLabel } from './organisation.events.js';

/** Where it lies and whom it teaches; each may be unknown. */
export interface Particulars {
  readonly city?: string | undefined;
  readonly postalCode?: string | undefined;
  readonly gradeLevels?: string | undefined;
  readonly locale?: string | undefined;
}

export interface RegisterOrganisationData extends Particulars {
  readonly state: string;
  readonly kind: OrganisationKind;
  readonly label?: OrganisationLabel | undefined;
  readonly name: string;
  readonly timeZone: string;
  /** At least one; the first founds the organisation's id and is never identity afterwards. */
  readonly identifiers: readonly [Identifier, ...Identifier[]];
  /** 32 random bytes in base64, drawn by the caller. */
  readonly tagKey: string;
  /** Since when it exists or is known to exist; today when absent. */
  readonly effectiveOn?: CivilDate | undefined;
  /** Its first parent; `null` = asked for and not found. */
  readonly parent?: OrganisationBasis | null | undefined;
  readonly taken?: readonly TakenCode[] | undefined;
}

/** An organisation enters the record, with its first parent when it has one. */
export class RegisterOrganisation {
  readonly type = 'RegisterOrganisation';
  readonly organisationId: OrganisationId;
  constructor(
    readonly data: RegisterOrganisationData,
    readonly about: Organisations,
    readonly meta: CommandMeta,
  ) {
    this.organisationId = organisationIdOf(data.state, data.kind, data.identifiers[0]);
  }
}

/** It goes by another name from a date on (today when absent). */
export class NameOrganisation {
  readonly type = 'NameOrganisation';
  constructor(
    readonly organisationId: OrganisationId,
    readonly data: {
      readonly name: string;
      readonly effectiveOn?: CivilDate | undefined;
      readonly reason?: string | undefined;
    },
    readonly about: Organisations,
    readonly meta: CommandMeta,
  ) {}
}

/** It gets an identifier, or another one of the same scheme, from a date on (today when absent). */
export class IdentifyOrganisation {
  readonly type = 'IdentifyOrganisation';
  constructor(
    readonly organisationId: OrganisationId,
    readonly data: Identifier & {
      readonly effectiveOn?: CivilDate | undefined;
      readonly reason?: string | undefined;
      readonly taken?: readonly TakenCode[] | undefined;
      /** RCDTS of the district it stands under, for R-04. */
      readonly districtRcdts?: string | undefined;
    },
    readonly about: Organisations,
    readonly meta: CommandMeta,
  ) {}
}

/** Its label and particulars, stated anew as a whole: what is left out is no longer known. */
export class DescribeOrganisation {
  readonly type = 'DescribeOrganisation';
  constructor(
    readonly organisationId: OrganisationId,
    readonly data: Particulars & { readonly label?: OrganisationLabel | undefined },
    readonly about: Organisations,
    readonly meta: CommandMeta,
  ) {}
}

/** It comes under a parent from a date on; the date may lie ahead (a planned move). */
export class PlaceOrganisation {
  readonly type = 'PlaceOrganisation';
  constructor(
    readonly organisationId: OrganisationId,
    readonly data: {
      /** Undefined when there is no organisation with the id that was given. */
      readonly parent: OrganisationBasis | undefined;
      /** The parent it leaves as the read tables know it, for the tags of the pointer event. */
      readonly former?: OrganisationBasis | undefined;
      readonly effectiveOn?: CivilDate | undefined;
      readonly reason?: string | undefined;
    },
    readonly about: Organisations,
    readonly meta: CommandMeta,
  ) {}
}

/** A placement was entered wrongly: another parent, another date, or both. */
export class CorrectPlacement {
  readonly type = 'CorrectPlacement';
  constructor(
    readonly organisationId: OrganisationId,
    readonly data: {
      /** First event of the placement. */
      readonly statement: EventId;
      /** Absent: the parent stays. `null`: asked for and not found. */
      readonly parent?: OrganisationBasis | null | undefined;
      /** Absent: the date stays. */
      readonly effectiveOn?: CivilDate | undefined;
      readonly reason: string;
    },
    readonly about: Organisations,
    readonly meta: CommandMeta,
  ) {}
}

/** A placement never was true. */
export class WithdrawPlacement {
  readonly type = 'WithdrawPlacement';
  constructor(
    readonly organisationId: OrganisationId,
    readonly data: { readonly statement: EventId; readonly reason: string },
    readonly about: Organisations,
    readonly meta: CommandMeta,
  ) {}
}

/** It ends, or merges into a successor; `lastDay` may lie ahead (a planned closing). */
export class CloseOrganisation {
  readonly type = 'CloseOrganisation';
  constructor(
    readonly organisationId: OrganisationId,
    readonly data: {
      readonly lastDay: CivilDate;
      /** `null`: asked for and not found. */
      readonly successor?: OrganisationBasis | null | undefined;
      readonly reason: string;
      /** Names of open organisations that still stand under it on the day after. */
      readonly stillUnderIt: readonly string[];
      /** What other slices recorded about it for days after the last one, in words. */
      readonly laterWork?: readonly string[] | undefined;
    },
    readonly about: Organisations,
    readonly meta: CommandMeta,
  ) {}
}

/** The closing was entered by mistake: it did not end, and does not on that day. */
export class WithdrawClosing {
  readonly type = 'WithdrawClosing';
  constructor(
    readonly organisationId: OrganisationId,
    readonly data: {
      readonly reason: string;
      /** What it stood under on its last day, as the read tables know it. */
      readonly parent?: OrganisationBasis | undefined;
    },
    readonly about: Organisations,
    readonly meta: CommandMeta,
  ) {}
}

export type OrganisationCommand =
  | RegisterOrganisation
  | NameOrganisation
  | IdentifyOrganisation
  | DescribeOrganisation
  | PlaceOrganisation
  | CorrectPlacement
  | WithdrawPlacement
  | CloseOrganisation
  | WithdrawClosing;
