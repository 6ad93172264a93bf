import type { Happened } from '@waymark/event-store/testing';
import { MatrixRights } from '@waymark/identity';
import { type OrganisationId, type PersonId, RisingClock } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import {
  type Account,
  Authenticator,
  OrganisationDirectory,
  PersonalTexts,
  readGlobalId,
  Rights,
} from '@waymark/nest-kit';
import { sliceApp } from '@waymark/nest-kit/testing';
import { CountyProgressModule } from '../county-progress.module.js';
import { factsProjection } from '../facts/facts.projection.js';
import { recordedCatalogue } from '../facts/recorded-catalogue.js';
import { plainTexts } from './desk.js';

export const TODAY = '2024-03-01';

/** Organisations by code: kind, name in the events, agency and state. */
const known: Readonly<Record<string, { kind: string; name: string; agency?: string; state: string }>> = {
  MI: { kind: 'STATE_AGENCY', name: 'mi', state: 'MI' },
  'MI-01': { kind: 'SERVICE_AGENCY', name: 'a1', agency: 'a1', state: 'MI' },
  'MI-02': { kind: 'SERVICE_AGENCY', name: 'a2', agency: 'a2', state: 'MI' },
  'MI-01010': { kind: 'DISTRICT', name: 'd1', agency: 'a1', state: 'MI' },
  'MI-SCHOOL-1': { kind: 'SCHOOL', name: 'school', agency: 'a1', state: 'MI' },
  'ZZ-90': { kind: 'SERVICE_AGENCY', name: 's1', agency: 's1', state: 'ZZ' },
};

class Directory extends OrganisationDirectory {
  districtsOf = () => Promise.resolve([]);
  private entry = (id: string) =>
    Object.entries(known).find(([code, { name }]) => code === id || idOf(name) === id)?.[1];
  timeZoneOf = () => Promise.resolve('America/Detroit');
  stateOf = (id: OrganisationId) => Promise.resolve(this.entry(id)?.state);
  agencyOf = (id: OrganisationId) => {
    const agency = this.entry(id)?.agency;
    return Promise.resolve(agency === undefined ? undefined : idOf<OrganisationId>(agency));
  };
  find = (code: string) => {
    const entry = this.entry(readGlobalId(code)?.id ?? code);
    return Promise.resolve(entry && { ...entry, id: idOf<OrganisationId>(entry.name) });
  };
}

/** The token is a role and the organisation it is granted for: `STATE_REVIEWER mi`. */
class GrantTokens extends Authenticator {
  authenticate(authorization = ''): Promise<Account> {
    const [role = '', organisation = ''] = authorization.replace('Bearer ', '').split(' ');
    const grant = { role, organisationId: idOf<OrganisationId>(organisation), from: '2020-07-01' };
    const personId = idOf<PersonId>(role);
    return Promise.resolve({ issuer: 'test', subject: role, personId, grants: role === '' ? [] : [grant] });
  }
}

/** Named questions over GraphQL, with the rights of the matrix, over a record in memory. */
export async function questionsApp(happened: readonly Happened[]) {
  const directory = new Directory();
  const app = await sliceApp({
    modules: [CountyProgressModule],
    projections: [factsProjection],
    catalogue: recordedCatalogue,
    authenticator: new GrantTokens(),
    ports: [
      { provide: Rights, inject: [RisingClock], useFactory: (clock) => new MatrixRights(directory, clock) },
      { provide: OrganisationDirectory, useValue: directory },
      { provide: PersonalTexts, useValue: plainTexts },
    ],
    now: `${TODAY}T17:00:00Z`,
    happened,
  });
  return {
    /** Asks as somebody with one role, such as `COORDINATOR a1`. */
    ask: (query: string, variables: object = {}, as = 'COORDINATOR a1') => app.ask(query, variables, as),
    close: () => app.close(),
  };
}
