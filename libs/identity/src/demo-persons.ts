import type { Role } from './person.events.js';

/** An invented person of the sample data, who signs in at the local issuer under `name`. */
export interface DemoPerson {
  /** Short name for the command line; also the subject of the person's tokens. */
  readonly name: string;
  readonly fullName: string;
  readonly role: Role;
  /** Code of the organisation the role is granted for; `OPERATOR` for the operator of the installation. */
  readonly organisation: string;
}

/** One person per role in the sample county (state ZZ), and two for trying things out on a real directory. */
export const demoPersons: readonly DemoPerson[] = [
  { name: 'ada', fullName: 'Ada Sample', role: 'COORDINATOR', organisation: 'ZZ-90' },
  { name: 'len', fullName: 'Len Sample', role: 'ISD_LEADER', organisation: 'ZZ-90' },
  { name: 'dora', fullName: 'Dora Sample', role: 'DISTRICT_MEMBER', organisation: 'ZZ-90010' },
  { name: 'tao', fullName: 'Tao Sample', role: 'TA_PROVIDER', organisation: 'ZZ-90' },
  { name: 'cora', fullName: 'Cora Sample', role: 'COACH', organisation: 'ZZ-90' },
  { name: 'rev', fullName: 'Rev Sample', role: 'STATE_REVIEWER', organisation: 'ZZ' },
  { name: 'anna', fullName: 'Anna Sample', role: 'ANALYST', organisation: 'ZZ-90' },
  { name: 'adam', fullName: 'Adam Sample', role: 'ADMIN', organisation: 'OPERATOR' },
  { name: 'kent', fullName: 'Kent Sample', role: 'COORDINATOR', organisation: 'MI-41' },
  { name: 'mila', fullName: 'Mila Sample', role: 'STATE_REVIEWER', organisation: 'MI-MDE' },
];
