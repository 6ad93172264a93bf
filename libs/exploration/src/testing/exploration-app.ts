import { type Actor, EventCatalogue, ForbiddenError, type OrganisationId, type PersonId } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { type Account, Authenticator, OrganisationDirectory, PersonDirectory, Rights } from '@waymark/nest-kit';
import { sliceApp } from '@waymark/nest-kit/testing';
import { LaterWork, organisationCatalogue } from '@waymark/organisations';
import { districtRequestCatalogue } from '../district-request.events.js';
import { districtRequestProjection } from '../district-request.projection.js';
import { explorationCycleCatalogue } from '../exploration-cycle.events.js';
import { explorationCycleProjection } from '../exploration-cycle.projection.js';
import { explorationSubjectProjection } from '../exploration.basis.js';
import { ExplorationModule } from '../exploration.module.js';

export const NOW = '2025-10-15T14:00:00.000Z';
const known = {
  'ZZ-90': ['SERVICE_AGENCY', 'agency'],
  'ZZ-91': ['SERVICE_AGENCY', 'other agency'],
  'ZZ-90010': ['DISTRICT', 'agency'],
  'ZZ-90020': ['DISTRICT', 'agency'],
  'ZZ-91010': ['DISTRICT', 'other agency'],
} as const;
const idOfCode = (code: string) => idOf<OrganisationId>(code);
/** Who has moved to another agency since. */
type Moves = Map<OrganisationId, OrganisationId>;
const agencies = { agency: idOfCode('ZZ-90'), 'other agency': idOfCode('ZZ-91') };

class Directory extends OrganisationDirectory {
  readonly moves: Moves = new Map();
  districtsOf = async (agency: OrganisationId) => {
    const ids = Object.entries(known).flatMap(([code, [kind]]) => (kind === 'DISTRICT' ? [idOfCode(code)] : []));
    const over = await Promise.all(ids.map((id) => this.agencyOf(id)));
    return ids.filter((_, index) => over[index] === agency);
  };
  timeZoneOf = () => Promise.resolve('America/Detroit');
  stateOf = () => Promise.resolve(undefined);
  agencyOf = (id: OrganisationId) => {
    const entry = Object.entries(known).find(([code]) => idOfCode(code) === id);
    return Promise.resolve(this.moves.get(id) ?? (entry === undefined ? undefined : agencies[entry[1][1]]));
  };
  find = (code: string) => {
    const entry = (known as Record<string, readonly [string, string]>)[code];
    return Promise.resolve(entry === undefined ? undefined : { id: idOfCode(code), kind: entry[0], name: code });
  };
}

const grant = (role: string) => ({ role, organisationId: agencies.agency, from: '2020-07-01' });

/** The token is the role of who asks; every role may do everything here, rights are tested with the matrix. */
class RoleTokens extends Authenticator {
  authenticate(authorization = 'Bearer COORDINATOR'): Promise<Account> {
    const role = authorization.replace('Bearer ', '');
    return Promise.resolve({ issuer: 'test', subject: role, personId: idOf<PersonId>(role), grants: [grant(role)] });
  }
}
class AllRights extends Rights {
  ended = false;

  authorise({ subject: role, personId }: Account, operation: string): Promise<Actor> {
    if (this.ended) return Promise.reject(new ForbiddenError(`${operation} needs a role`));
    return Promise.resolve({ role, personId, organisationId: agencies.agency });
  }
}

class Persons extends PersonDirectory {
  exists = (ids: readonly PersonId[]) => Promise.resolve(new Set(ids.filter((id) => id === knownPerson)));
}
/** The one person that the record holds. */
export const knownPerson = idOf<PersonId>('COORDINATOR');

/** This slice over stores in memory, with two invented agencies and their districts. */
export async function explorationApp() {
  const happened = Object.entries(known).map(([code, [kind]]) => ({
    type: 'OrganisationRegistered',
    stream: `organisation-${idOfCode(code)}`,
    data: {
      ...{ organisationId: idOfCode(code), state: 'ZZ', kind, name: code },
      ...{ timeZone: 'America/Detroit', identifiers: [], tagKey: '' },
    },
  }));
  const directory = new Directory();
  const rights = new AllRights();
  const app = await sliceApp({
    modules: [ExplorationModule],
    projections: [explorationSubjectProjection, explorationCycleProjection, districtRequestProjection],
    catalogue: EventCatalogue.union(organisationCatalogue, explorationCycleCatalogue, districtRequestCatalogue),
    authenticator: new RoleTokens(),
    ports: [
      { provide: Rights, useValue: rights },
      { provide: OrganisationDirectory, useValue: directory },
      { provide: PersonDirectory, useValue: new Persons() },
      { provide: LaterWork, useValue: new LaterWork() },
    ],
    now: NOW,
    happened,
  });
  return {
    ask: (query: string, variables: object = {}, role = 'COORDINATOR') => app.ask(query, variables, role),
    laterWork: app.get(LaterWork),
    /** Runs a mutation that is answered; `fields` are selected of the entity. */
    async mutate(name: string, input: object, fields: string, role = 'COORDINATOR') {
      const { data, errors } = await app.mutate(name, input, fields, role);
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data![name] as Record<string, any>;
    },
    /** A district stands under another agency from now on. */
    move: (district: string, agency: string) => directory.moves.set(idOfCode(district), idOfCode(agency)),
    /** All grants have ended. */
    endGrants: () => (rights.ended = true),
    head: () => app.store.head(),
    close: () => app.close(),
  };
}
