import {
  type Actor,
  civilDateIn,
  type CivilDate,
  ForbiddenError,
  OPERATOR_ORGANISATION,
  type OrganisationId,
  type Organisations,
  SYSTEM_PERSON,
} from '@waymark/kernel';
import { type Account, type Grant, type OrganisationDirectory, Rights } from '@waymark/nest-kit';
import { type Role, roles } from './person.events.js';
import { knownOperation, openToAnybody, reachOf, reviewActs, type Scope, scopes } from './rights-matrix.js';

/** The account of the system itself, for bootstrap, import and policies. No token ever leads to it. */
export const systemAccount: Account = Object.freeze({
  issuer: 'urn:waymark:system',
  subject: 'system',
  personId: SYSTEM_PERSON,
  grants: [],
});

/** Who acts when the system does. */
export const systemActor: Actor = { personId: SYSTEM_PERSON, role: 'SYSTEM', organisationId: OPERATOR_ORGANISATION };

/**
 * Rights by the matrix. What an act is about is the district when one is named, else the agency; which agency a district
 * stands under is asked of the directory, never taken from the caller. Of several grants the narrowest that allows is the actor's.
 */
export class MatrixRights extends Rights {
  constructor(
    private readonly directory: OrganisationDirectory,
    private readonly clock: { now(): Date },
  ) {
    super();
  }

  async authorise(account: Account, operation: string, about: Organisations): Promise<Actor> {
    if (account === systemAccount) return systemActor;
    const subject = about.district ?? about.agency;
    const inForce = await this.grantsInForce(account.grants);
    for (const scope of scopes) {
      for (const grant of inForce) {
        if (!reachOf(grant.role, operation).includes(scope)) continue;
        if (await this.covers(scope, grant, subject)) {
          return { personId: account.personId, role: grant.role, organisationId: grant.organisationId };
        }
      }
    }
    const known = knownOperation(operation);
    if (known !== undefined && openToAnybody.includes(known)) {
      return { personId: account.personId, role: 'SIGNED_IN', organisationId: OPERATOR_ORGANISATION };
    }
    throw await this.denial(account, inForce, operation, subject);
  }

  private async grantsInForce(grants: readonly Grant[]): Promise<Grant[]> {
    const inForce: Grant[] = [];
    for (const grant of grants) {
      const today = await this.todayIn(grant.organisationId);
      if (grant.from <= today && (grant.until === undefined || today < grant.until)) inForce.push(grant);
    }
    return inForce;
  }

  private async covers(scope: Scope, grant: Grant, subject: OrganisationId | undefined): Promise<boolean> {
    if (scope === 'ANYWHERE') return true;
    if (subject === undefined) return false;
    switch (scope) {
      case 'OWN_ORGANISATION':
        return grant.organisationId === subject;
      case 'OWN_AGENCY':
        return grant.organisationId === subject || (await this.agencyOf(subject)) === grant.organisationId;
      case 'OWN_STATE':
        return this.stateCovers(grant.organisationId, subject);
    }
  }

  private async stateCovers(agency: OrganisationId, subject: OrganisationId): Promise<boolean> {
    const granted = await this.directory.find(agency);
    if (granted?.kind !== 'STATE_AGENCY') return false;
    const state = await this.directory.stateOf(agency);
    return state !== undefined && state === (await this.directory.stateOf(subject));
  }

  private async agencyOf(subject: OrganisationId): Promise<OrganisationId | undefined> {
    return this.directory.agencyOf(subject, await this.todayIn(subject));
  }

  private async todayIn(organisation: OrganisationId): Promise<CivilDate> {
    return civilDateIn(await this.directory.timeZoneOf(organisation), this.clock.now());
  }

  private async denial(
    account: Account,
    inForce: readonly Grant[],
    operation: string,
    subject: OrganisationId | undefined,
  ): Promise<ForbiddenError> {
    const able = roles.filter((role) => reachOf(role, operation).length > 0);
    if (able.length === 0) return new ForbiddenError(`nobody may do ${operation}.`);
    const needs = able.map((role) => describe(role, operation));
    const place = subject === undefined ? '' : ` for ${await this.nameOf(subject)}`;
    const lapsed = account.grants.find((grant) => !inForce.includes(grant) && able.includes(grant.role as Role));
    const held = lapsed === undefined ? '' : ` Your role ${lapsed.role} ${spanOf(lapsed)}.`;
    const review = (reviewActs as readonly string[]).includes(operation);
    const reviewer = inForce.length > 0 && inForce.every((grant) => grant.role === 'STATE_REVIEWER');
    const rule = review || reviewer ? 'R-08' : 'R-07';
    return new ForbiddenError(`${operation} needs role ${needs.join(' or ')}${place}.${held}`, rule);
  }

  private async nameOf(organisation: OrganisationId): Promise<string> {
    return (await this.directory.find(organisation))?.name ?? 'an organisation that is not in the record';
  }
}

function describe(role: Role, operation: string): string {
  const reach = reachOf(role, operation);
  return reach.length === 1 && reach[0] === 'OWN_STATE' ? `${role} (of the state)` : role;
}

function spanOf({ from, until }: Grant): string {
  return `is granted from ${from}${until === undefined ? '' : ` until ${until}`} only`;
}
