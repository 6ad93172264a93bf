import type { Role } from './person.events.js';

/** Kinds of organisation for which a role can be granted; OPERATOR is the operator of the installation. */
export const grantableFor: Readonly<Record<Role, readonly string[]>> = {
  COORDINATOR: ['SERVICE_AGENCY'],
  ISD_LEADER: ['SERVICE_AGENCY'],
  DISTRICT_MEMBER: ['DISTRICT'],
  TA_PROVIDER: ['SERVICE_AGENCY'],
  COACH: ['SERVICE_AGENCY', 'DISTRICT'],
  STATE_REVIEWER: ['STATE_AGENCY'],
  ANALYST: ['SERVICE_AGENCY', 'STATE_AGENCY'],
  ADMIN: ['OPERATOR'],
};
