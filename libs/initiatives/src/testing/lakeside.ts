import type { CommandMeta, Decided, EventId, OrganisationId } from '@waymark/kernel';
import { idOf, someMeta } from '@waymark/kernel/testing';
import * as c from '../initiative-commands.js';
import type { InitiativeEvent, InitiativeStatus } from '../initiative.events.js';

/** Events and commands of one agency's inventory, for given-when-then. */
export type Event = Decided<InitiativeEvent> & { eventId?: EventId };

export const ownerId = idOf<OrganisationId>('lakeside');
export const about = { agency: ownerId };
export const basis = { level: 'AGENCY' } as const;
export const id = (name: string) => idOf<EventId>(`event ${name}`);
export const initiative = (name: string) => idOf(`initiative ${name}`);

export function description(name: string, more: Partial<c.Description> = {}): c.Description {
  const unknown = 'UNKNOWN' as const;
  return {
    ...{ name, kind: 'PROGRAM', mandate: unknown, focusAreas: ['SEBH'], tiers: [], mtssComponents: [] },
    ...{ expectedOutcomes: [], scale: [], fundingSources: [], resourceSufficiency: unknown, alignedPlans: [] },
    ...{ fidelityMeasure: { state: unknown }, outcomeMeasure: { state: unknown } },
    ...{ outcomeEvidence: unknown, evidenceBase: unknown },
    ...more,
  };
}

/** An initiative that was entered, with the ids of its events: `registered <name>` and `described <name>`. */
export function entered(name: string, status: InitiativeStatus = 'ACTIVE', more: Partial<c.Description> = {}): Event[] {
  const place = { ownerId, initiativeId: initiative(name) };
  return [
    {
      type: 'InitiativeRegistered',
      data: { ...place, ownerLevel: 'AGENCY', status },
      eventId: id(`registered ${name}`),
      effectiveOn: '2025-09-01',
    },
    {
      type: 'InitiativeDescribed',
      data: { ...place, description: description(name, more) },
      eventId: id(`described ${name}`),
      effectiveOn: '2025-09-01',
    },
  ];
}

export function register(
  name: string,
  data: Partial<c.RegisterInitiative['data']> = {},
  more: Partial<c.Description> = {},
  meta: CommandMeta = someMeta(),
) {
  const all = { description: description(name, more), status: 'ACTIVE' as const, basis, ...data };
  return new c.RegisterInitiative(ownerId, all, about, meta);
}

export function describeAnew(name: string, data: Partial<c.DescribeInitiative['data']> = {}) {
  const all = { initiativeId: initiative(name), description: description(name), basis, ...data };
  return new c.DescribeInitiative(ownerId, all, about, someMeta());
}

export function state(name: string, data: Partial<c.StateInitiativeStatus['data']> = {}) {
  const seen = { initiativeId: initiative(name), basedOn: id(`registered ${name}`), basis };
  return new c.StateInitiativeStatus(ownerId, { ...seen, status: 'ENDED', ...data }, about, someMeta());
}

export function review(name: string, said: Partial<c.SaidReview> = {}, data: Partial<c.ReviewInitiative['data']> = {}) {
  const all: c.SaidReview = { decision: 'KEEP', explanation: 'it helps', restsOn: [], ...said };
  const seen = { initiativeId: initiative(name), basedOn: id(`registered ${name}`), review: all };
  return new c.ReviewInitiative(ownerId, { ...seen, ...data }, about, someMeta());
}

export const other = (name: string): c.RelationTarget => ({
  kind: 'INITIATIVE',
  initiativeId: initiative(name),
  ownerId,
});

export function relate(name: string, to: c.RelationTarget, data: Partial<c.RelateInitiative['data']> = {}) {
  const relation = {
    ...{ initiativeId: initiative(name), to, relation: 'CONFLICTS' as const },
    ...{ explanation: 'both take the same hour', staffGroups: [] },
  };
  return new c.RelateInitiative(ownerId, { relation, isKnown: false, ...data }, about, someMeta());
}
