import {
  type Actor,
  EventCatalogue,
  ForbiddenError,
  type OrganisationId,
  type Organisations,
  type PersonId,
} from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { type Account, Authenticator, OrganisationDirectory, Rights } from '@waymark/nest-kit';
import { sliceApp } from '@waymark/nest-kit/testing';
import { LaterWork, organisationCatalogue } from '@waymark/organisations';
import { initiativeOwnerProjection } from '../initiative.basis.js';
import { initiativeCatalogue } from '../initiative.events.js';
import { initiativeProjection } from '../initiative.projection.js';
import { InitiativesModule } from '../initiatives.module.js';

export const NOW = '2025-10-15T14:00:00.000Z';
/** Kind and parent by code. */
const known: Readonly<Record<string, readonly [kind: string, parent?: string]>> = {
  'ZZ-90': ['SERVICE_AGENCY'],
  'ZZ-91': ['SERVICE_AGENCY'],
  'ZZ-90010': ['DISTRICT', 'ZZ-90'],
  'ZZ-90020': ['DISTRICT', 'ZZ-90'],
  'ZZ-91010': ['DISTRICT', 'ZZ-91'],
  'ZZ-SCHOOL-1': ['SCHOOL', 'ZZ-90010'],
  'ZZ-SCHOOL-2': ['SCHOOL', 'ZZ-90'],
};
export const idOfCode = (code: string) => idOf<OrganisationId>(code);
const codeOf = (id: string) => Object.keys(known).find((code) => idOfCode(code) === id);

class Directory extends OrganisationDirectory {
  districtsOf = (agency: OrganisationId) => {
    const under = Object.entries(known).filter(
      ([, [kind, parent]]) => kind === 'DISTRICT' && idOfCode(parent!) === agency,
    );
    return Promise.resolve(under.map(([code]) => idOfCode(code)));
  };
  timeZoneOf = () => Promise.resolve('America/Detroit');
  stateOf = () => Promise.resolve(undefined);
  agencyOf = (id: OrganisationId) => {
    let code = codeOf(id);
    while (code !== undefined && known[code]![0] !== 'SERVICE_AGENCY') code = known[code]![1];
    return Promise.resolve(code === undefined ? undefined : idOfCode(code));
  };
  find = (code: string) => {
    const found = known[code] === undefined ? codeOf(code) : code;
    const kind = found === undefined ? undefined : known[found]![0];
    return Promise.resolve(kind === undefined ? undefined : { id: idOfCode(found!), kind, name: found! });
  };
}

/** The token is the role of who asks. Roles may do everything about agency ZZ-90 and what stands under it. */
class RoleTokens extends Authenticator {
  authenticate(authorization = 'Bearer COORDINATOR'): Promise<Account> {
    const role = authorization.replace('Bearer ', '');
    const grants = [{ role, organisationId: idOfCode('ZZ-90'), from: '2020-07-01' }];
    return Promise.resolve({ issuer: 'test', subject: role, personId: idOf<PersonId>(role), grants });
  }
}
class OwnAgency extends Rights {
  authorise({ subject: role, personId }: Account, operation: string, about: Organisations): Promise<Actor> {
    if (about.agency !== idOfCode('ZZ-90') && role !== 'ADMIN') {
      return Promise.reject(new ForbiddenError(`${operation} needs a role there`));
    }
    return Promise.resolve({ role, personId, organisationId: idOfCode('ZZ-90') });
  }
}

/** This slice over stores in memory, with two invented agencies, their districts and schools. */
export async function initiativesApp() {
  const happened = Object.entries(known).flatMap(([code, [kind, parent]]) => {
    const organisationId = idOfCode(code);
    const stream = `organisation-${organisationId}`;
    const particulars = { state: 'ZZ', kind, name: code, timeZone: 'America/Detroit', identifiers: [], tagKey: '' };
    const placed = { organisationId, kind, parentId: idOfCode(parent ?? '') };
    return [
      { type: 'OrganisationRegistered', stream, data: { organisationId, ...particulars } },
      ...(parent === undefined ? [] : [{ type: 'OrganisationPlaced', stream, data: placed }]),
    ];
  });
  const app = await sliceApp({
    modules: [InitiativesModule],
    projections: [initiativeOwnerProjection, initiativeProjection],
    catalogue: EventCatalogue.union(organisationCatalogue, initiativeCatalogue),
    authenticator: new RoleTokens(),
    ports: [
      { provide: Rights, useValue: new OwnAgency() },
      { provide: OrganisationDirectory, useValue: new Directory() },
      { provide: LaterWork, useValue: new LaterWork() },
    ],
    now: NOW,
    happened,
  });
  /** Runs a mutation that is answered; `fields` are selected of the entity. */
  async function mutate(name: string, input: object, fields: string, role = 'COORDINATOR') {
    const { data, errors } = await app.mutate(name, input, fields, role);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data![name] as Record<string, any>;
  }
  return {
    mutate,
    ask: (query: string, variables: object = {}, role = 'COORDINATOR') => app.ask(query, variables, role),
    /** Enters an initiative; the answer is its id and the event of its status. */
    async register(organisation: string, name: string, more: object = {}, role = 'COORDINATOR') {
      const input = { organisation, description: { name, ...more }, status: 'ACTIVE' };
      const { entity, userErrors } = await mutate(
        'registerInitiative',
        input,
        'id statusStatement { eventId } description { statement { eventId } }',
        role,
      );
      if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
      const { id, statusStatement, description } = entity;
      return { id, status: statusStatement.eventId, described: description.statement.eventId } as Record<
        string,
        string
      >;
    },
    laterWork: app.get(LaterWork),
    events: () => app.store.readAll({ after: 0, limit: 10_000 }),
    close: () => app.close(),
  };
}
