import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ForbiddenError,
  OPERATOR_ORGANISATION,
  type OrganisationId,
  type Organisations,
  type PersonId,
} from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { type Account, type Grant, OrganisationDirectory } from '@waymark/nest-kit';
import { MatrixRights, systemAccount } from './matrix-rights.js';
import { type Role, roles } from './person.events.js';
import { rightsDocument } from './rights-document.js';
import { operations } from './rights-matrix.js';

/** Two states; Michigan with two agencies, the first of which has two districts; Ours moved to Theirs in 2026. */
interface Place {
  readonly kind: string;
  readonly state: string;
  readonly name: string;
  readonly agency?: string;
}
const places: Record<string, Place> = {
  mde: { kind: 'STATE_AGENCY', state: 'MI', name: 'State of Michigan' },
  kent: { kind: 'SERVICE_AGENCY', state: 'MI', name: 'Kent ISD', agency: 'kent' },
  lowell: { kind: 'DISTRICT', state: 'MI', name: 'Lowell', agency: 'kent' },
  rockford: { kind: 'DISTRICT', state: 'MI', name: 'Rockford', agency: 'kent' },
  allegan: { kind: 'SERVICE_AGENCY', state: 'MI', name: 'Allegan AESA', agency: 'allegan' },
  otsego: { kind: 'DISTRICT', state: 'MI', name: 'Otsego', agency: 'allegan' },
  sample: { kind: 'SERVICE_AGENCY', state: 'ZZ', name: 'Sample ESA', agency: 'sample' },
};
const id = (name: string) => idOf<OrganisationId>(name);
const placeOf = (organisation: string | undefined) =>
  Object.entries(places).find(([name]) => id(name) === organisation)?.[1];

class TwoStates extends OrganisationDirectory {
  districtsOf = () => Promise.resolve([]);
  override timeZoneOf() {
    return Promise.resolve('America/Detroit');
  }
  override stateOf(organisation: OrganisationId) {
    return Promise.resolve(placeOf(organisation)?.state);
  }
  override agencyOf(organisation: OrganisationId, on: string) {
    if (organisation === id('rockford') && on >= '2026-01-01') return Promise.resolve(id('allegan'));
    const agency = placeOf(organisation)?.agency;
    return Promise.resolve(agency === undefined ? undefined : id(agency));
  }
  override find(code: string) {
    const place = placeOf(code);
    return Promise.resolve(place && { id: code as OrganisationId, kind: place.kind, name: place.name });
  }
}

function rightsAt(instant: string): MatrixRights {
  return new MatrixRights(new TwoStates(), { now: () => new Date(instant) });
}
const rights = rightsAt('2025-10-15T14:00:00Z');

function account(...grants: Grant[]): Account {
  return { issuer: 'https://login.example.org', subject: 'u', personId: idOf<PersonId>('someone'), grants };
}
const home: Record<Role, OrganisationId> = {
  COORDINATOR: id('kent'),
  ISD_LEADER: id('kent'),
  DISTRICT_MEMBER: id('lowell'),
  TA_PROVIDER: id('kent'),
  COACH: id('kent'),
  STATE_REVIEWER: id('mde'),
  ANALYST: id('kent'),
  ADMIN: OPERATOR_ORGANISATION,
};
const holding = (role: Role, over: Partial<Grant> = {}) =>
  account({ role, organisationId: home[role], from: '2025-07-01', ...over });

/** Own organisation, sibling district, other agency, other state, no organisation: a letter where it is allowed. */
const subjects: [string, (role: Role) => Organisations][] = [
  [
    'o',
    (role) => (role === 'DISTRICT_MEMBER' ? { agency: id('kent'), district: id('lowell') } : { agency: home[role] }),
  ],
  ['s', () => ({ agency: id('kent'), district: id('rockford') })],
  ['a', () => ({ agency: id('allegan') })],
  ['t', () => ({ agency: id('sample') })],
  ['n', () => ({})],
];

/**
 * What each role may do, written out by hand and not derived from the matrix.
 * Columns: COORDINATOR ISD_LEADER DISTRICT_MEMBER TA_PROVIDER COACH STATE_REVIEWER ANALYST ADMIN.
 */
const expectations = `
registerOrganisation        -----  -----  -----  -----  -----  -----  -----  osatn
nameOrganisation            -----  -----  -----  -----  -----  -----  -----  osatn
identifyOrganisation        -----  -----  -----  -----  -----  -----  -----  osatn
describeOrganisation        -----  -----  -----  -----  -----  -----  -----  osatn
placeOrganisation           -----  -----  -----  -----  -----  -----  -----  osatn
correctPlacement            -----  -----  -----  -----  -----  -----  -----  osatn
withdrawPlacement           -----  -----  -----  -----  -----  -----  -----  osatn
closeOrganisation           -----  -----  -----  -----  -----  -----  -----  osatn
withdrawClosing             -----  -----  -----  -----  -----  -----  -----  osatn
importOrganisations         -----  -----  -----  -----  -----  -----  -----  osatn
openExplorationCycle        os---  -----  o----  -----  -----  -----  -----  -----
replaceQuestionSet          os---  -----  o----  -----  -----  -----  -----  -----
abandonExplorationCycle     os---  os---  o----  -----  -----  -----  -----  -----
answerItem                  os---  os---  o----  -----  -----  -----  -----  -----
correctItemAnswer           os---  os---  o----  -----  -----  -----  -----  -----
withdrawItemAnswer          os---  os---  o----  -----  -----  -----  -----  -----
assignItemOwner             os---  os---  o----  -----  -----  -----  -----  -----
stateCountyNeed             os---  -----  o----  -----  -----  -----  -----  -----
correctCountyNeed           os---  -----  o----  -----  -----  -----  -----  -----
withdrawCountyNeed          os---  -----  o----  -----  -----  -----  -----  -----
stateLeadershipCommitment   os---  os---  o----  -----  -----  -----  -----  -----
correctLeadershipCommitment os---  os---  o----  -----  -----  -----  -----  -----
submitAssessment            os---  os---  o----  -----  -----  -----  -----  -----
reviseAssessment            os---  os---  o----  -----  -----  -----  -----  -----
returnAssessment            -----  -----  -----  -----  -----  osa--  -----  -----
acceptAssessment            -----  -----  -----  -----  -----  osa--  -----  -----
stateDistrictNeed           os---  -----  o----  -----  -----  -----  -----  -----
correctDistrictNeed         os---  -----  o----  -----  -----  -----  -----  -----
withdrawDistrictNeed        os---  -----  o----  -----  -----  -----  -----  -----
requestSupport              os---  -----  o----  -----  -----  -----  -----  -----
correctSupportRequest       os---  -----  o----  -----  -----  -----  -----  -----
withdrawSupportRequest      os---  -----  o----  -----  -----  -----  -----  -----
noteDistrictPlan            os---  -----  o----  -----  os---  -----  -----  -----
correctDistrictPlan         os---  -----  o----  -----  os---  -----  -----  -----
withdrawDistrictPlan        os---  -----  o----  -----  os---  -----  -----  -----
openFollowUp                os---  -----  -----  -----  -----  -----  -----  -----
recordFollowUpAsked         os---  -----  -----  -----  os---  -----  -----  -----
closeFollowUp               os---  -----  -----  -----  -----  -----  -----  -----
importDistrictSurvey        os---  -----  -----  -----  -----  -----  -----  -----
registerInitiative          os---  os---  o----  -----  -----  -----  -----  -----
describeInitiative          os---  os---  o----  -----  -----  -----  -----  -----
correctInitiative           os---  os---  o----  -----  -----  -----  -----  -----
withdrawInitiative          os---  os---  o----  -----  -----  -----  -----  -----
stateInitiativeStatus       os---  os---  o----  -----  -----  -----  -----  -----
withdrawInitiativeStatus    os---  os---  o----  -----  -----  -----  -----  -----
relateInitiative            os---  os---  o----  -----  -----  -----  -----  -----
correctRelation             os---  os---  o----  -----  -----  -----  -----  -----
withdrawRelation            os---  os---  o----  -----  -----  -----  -----  -----
resolveConflict             os---  os---  o----  -----  -----  -----  -----  -----
promiseStaff                os---  os---  o----  -----  -----  -----  -----  -----
correctStaffPromise         os---  os---  o----  -----  -----  -----  -----  -----
withdrawStaffPromise        os---  os---  o----  -----  -----  -----  -----  -----
stateStaffAvailability      os---  os---  o----  -----  -----  -----  -----  -----
correctStaffAvailability    os---  os---  o----  -----  -----  -----  -----  -----
withdrawStaffAvailability   os---  os---  o----  -----  -----  -----  -----  -----
reviewInitiative            os---  os---  o----  -----  -----  -----  -----  -----
correctReview               os---  os---  o----  -----  -----  -----  -----  -----
withdrawReview              os---  os---  o----  -----  -----  -----  -----  -----
rateInitiative              os---  os---  o----  -----  -----  -----  -----  -----
correctRating               os---  os---  o----  -----  -----  -----  -----  -----
withdrawRating              os---  os---  o----  -----  -----  -----  -----  -----
importInitiatives           os---  os---  o----  -----  -----  -----  -----  -----
registerPerson              -----  -----  -----  -----  -----  -----  -----  osatn
namePerson                  -----  -----  -----  -----  -----  -----  -----  osatn
linkAccount                 -----  -----  -----  -----  -----  -----  -----  osatn
grantRole                   -----  -----  -----  -----  -----  -----  -----  osatn
endGrant                    -----  -----  -----  -----  -----  -----  -----  osatn
read:organisation           osatn  osatn  osatn  osatn  osatn  osatn  osatn  osatn
read:exploration            os---  os---  o----  os---  os---  osa--  -----  osatn
read:initiatives            os---  os---  o----  os---  os---  osa--  -----  osatn
read:events                 os---  os---  o----  -----  -----  osa--  -----  osatn
question:*                  os---  os---  o----  os---  os---  osa--  os---  osatn
read:persons                os---  os---  -----  -----  -----  -----  -----  osatn
operate                     -----  -----  -----  -----  -----  -----  -----  osatn
`;

const lines = expectations
  .trim()
  .split('\n')
  .map((line) => line.split(/\s+/));

async function allowed(who: Account, operation: string, about: Organisations, at = rights): Promise<boolean> {
  try {
    await at.authorise(who, operation, about);
    return true;
  } catch (error) {
    if (error instanceof ForbiddenError) return false;
    throw error;
  }
}

async function reached(role: Role, operation: string): Promise<string> {
  let letters = '';
  for (const [letter, about] of subjects) {
    letters += (await allowed(holding(role), operation, about(role))) ? letter : '-';
  }
  return letters;
}

describe('rights, cell by cell', () => {
  it('are expected for every operation there is', () => {
    expect(lines.map(([operation]) => operation).sort()).toEqual([...operations].sort());
  });

  describe.each(lines)('%s', (operation, ...expected) => {
    it.each(roles.map((role, column) => [role, expected[column]!] as const))(
      'R-07 by %s reaches %s',
      async (role, cell) => {
        expect(await reached(role, operation!)).toBe(cell);
      },
    );
  });
});

describe('rights', () => {
  it('R-08 leave a state reviewer no write but review acts', async () => {
    const writes = operations.filter((operation) => !/^(read:|question:)/.test(operation));
    const may: string[] = [];
    for (const operation of writes) {
      if ((await reached('STATE_REVIEWER', operation)) !== '-----') may.push(operation);
    }
    expect(may.sort()).toEqual(['acceptAssessment', 'returnAssessment']);
  });

  it('R-08 tell a reviewer who writes whose task it is', async () => {
    const attempt = rights.authorise(holding('STATE_REVIEWER'), 'submitAssessment', { agency: id('kent') });
    await expect(attempt).rejects.toMatchObject({
      rule: 'R-08',
      message: 'Not allowed: submitAssessment needs role COORDINATOR or ISD_LEADER or DISTRICT_MEMBER for Kent ISD.',
    });
  });

  it('R-07 say what is missing, with the name of the organisation', async () => {
    const attempt = rights.authorise(holding('COORDINATOR'), 'importDistrictSurvey', { agency: id('allegan') });
    await expect(attempt).rejects.toMatchObject({
      rule: 'R-07',
      message: 'Not allowed: importDistrictSurvey needs role COORDINATOR for Allegan AESA.',
    });
  });

  it('say so when the organisation is not in the record', async () => {
    const attempt = rights.authorise(holding('COORDINATOR'), 'answerItem', { agency: id('nowhere') });
    await expect(attempt).rejects.toThrow(/an organisation that is not in the record/);
  });

  it('R-07 look up the agency of a district, whatever agency the caller names beside it', async () => {
    const about = { agency: id('kent'), district: id('otsego') };
    expect(await allowed(holding('COORDINATOR'), 'stateDistrictNeed', about)).toBe(false);
  });

  it('R-07 follow a district to its new agency on the day it moves', async () => {
    const about = { district: id('rockford') };
    const later = rightsAt('2026-01-01T05:00:00Z');
    const onTheEve = rightsAt('2026-01-01T04:59:59Z');
    expect(await allowed(holding('COORDINATOR'), 'requestSupport', about, onTheEve)).toBe(true);
    expect(await allowed(holding('COORDINATOR'), 'requestSupport', about, later)).toBe(false);
    const theirs = holding('COORDINATOR', { organisationId: id('allegan') });
    expect(await allowed(theirs, 'requestSupport', about, later)).toBe(true);
  });

  it('do not reach up from a grant for a district to its agency', async () => {
    const coach = holding('COACH', { organisationId: id('lowell') });
    expect(await allowed(coach, 'noteDistrictPlan', { district: id('lowell') })).toBe(true);
    expect(await allowed(coach, 'read:exploration', { agency: id('kent') })).toBe(false);
    expect(await allowed(coach, 'noteDistrictPlan', { district: id('rockford') })).toBe(false);
  });

  it('let an analyst of the state agency ask about the whole state, one of an agency not', async () => {
    const ofState = holding('ANALYST', { organisationId: id('mde') });
    expect(await allowed(ofState, 'question:needs-by-focus-area', { agency: id('allegan') })).toBe(true);
    expect(await allowed(ofState, 'question:needs-by-focus-area', { agency: id('sample') })).toBe(false);
    expect(await allowed(holding('ANALYST'), 'question:needs-by-focus-area', { agency: id('allegan') })).toBe(false);
  });

  it('begin and end on the days of the grant, in the time zone of its organisation', async () => {
    const dated = holding('COORDINATOR', { from: '2025-07-01', until: '2025-10-15' });
    const at = (instant: string) => allowed(dated, 'answerItem', { agency: id('kent') }, rightsAt(instant));
    expect(await at('2025-07-01T03:59:59Z')).toBe(false);
    expect(await at('2025-07-01T04:00:00Z')).toBe(true);
    expect(await at('2025-10-15T03:59:59Z')).toBe(true);
    expect(await at('2025-10-15T04:00:00Z')).toBe(false);
  });

  it('say that a role has ended when that is what is missing', async () => {
    const dated = holding('COORDINATOR', { from: '2024-07-01', until: '2025-07-01' });
    await expect(rights.authorise(dated, 'answerItem', { agency: id('kent') })).rejects.toThrow(
      /Your role COORDINATOR is granted from 2024-07-01 until 2025-07-01 only/,
    );
  });

  it('name as the actor the narrowest role that allows', async () => {
    const both = account(
      { role: 'ADMIN', organisationId: OPERATOR_ORGANISATION, from: '2025-07-01' },
      { role: 'COORDINATOR', organisationId: id('kent'), from: '2025-07-01' },
    );
    expect(await rights.authorise(both, 'read:events', { agency: id('kent') })).toMatchObject({ role: 'COORDINATOR' });
    expect(await rights.authorise(both, 'read:events', { agency: id('sample') })).toMatchObject({ role: 'ADMIN' });
  });

  it('let whoever is signed in read the directory, and nothing else without a role', async () => {
    expect(await allowed(account(), 'read:organisation', {})).toBe(true);
    for (const operation of operations.filter((name) => name !== 'read:organisation')) {
      expect(await allowed(account(), operation, { agency: id('kent') })).toBe(false);
    }
  });

  it.each(['dropEverything', '', 'constructor', '__proto__', 'toString', 'read:', 'ANSWERITEM'])(
    'deny the unknown operation %j to everybody',
    async (operation) => {
      for (const role of roles) expect(await reached(role, operation)).toBe('-----');
    },
  );

  it('deny a role that does not exist', async () => {
    for (const role of ['SYSTEM', 'constructor', 'admin']) {
      expect(await allowed(holding('ADMIN', { role }), 'operate', {})).toBe(false);
    }
  });

  it('give the system every right, and nobody who only looks like it', async () => {
    expect(await rights.authorise(systemAccount, 'grantRole', {})).toMatchObject({ role: 'SYSTEM' });
    expect(await allowed({ ...systemAccount }, 'grantRole', {})).toBe(false);
  });

  it('stand in docs/rights.md as they are (npm run generate)', () => {
    const file = join(__dirname, '../../../docs/rights.md');
    if (process.env['UPDATE_GENERATED'] === '1') writeFileSync(file, rightsDocument());
    expect(readFileSync(file, 'utf8')).toBe(rightsDocument());
  });
});
