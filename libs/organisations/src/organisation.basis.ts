import type { CivilDate, OrganisationId } from '@waymark/kernel';
import type { IdentifierScheme, OrganisationKind } from './organisation.events.js';

/**
 * What the read tables say about another organisation (a parent, a successor) on the day that matters. It comes in with the
 * command, since a decision sees its own stream alone, and is judged in `decide`.
 */
export interface OrganisationBasis {
  readonly organisationId: OrganisationId;
  readonly state: string;
  readonly kind: OrganisationKind;
  readonly name: string;
  /** Last day of an organisation that is closed, or planned to close. */
  readonly lastDay?: CivilDate | undefined;
  /** The service agency it stands under on the day; itself when it is one. */
  readonly agencyId?: OrganisationId | undefined;
  /** RCDTS of an Illinois district, for R-04. */
  readonly rcdts?: string | undefined;
}

/** A code that the read tables show in the hands of another organisation of the same kind. */
export interface TakenCode {
  readonly scheme: IdentifierScheme;
  readonly value: string;
  readonly name: string;
}
