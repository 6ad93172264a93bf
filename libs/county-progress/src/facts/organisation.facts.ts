import type { OrganisationEvent } from '@waymark/organisations';
import type { CivilDate } from '@waymark/kernel';
import { ALWAYS, factKind, reading } from './fact-kind.js';

/** The day after a civil date. */
function dayAfter(date: CivilDate): CivilDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** What an organisation is, for every date: these attributes never change. */
export const organisationFact = factKind({
  name: 'organisation',
  key: { organisation: { type: 'text' } },
  value: { state: { type: 'text' }, kind: { type: 'text' } },
  indexes: [['state', 'kind']],
  reads: {
    OrganisationRegistered: reading<OrganisationEvent, 'OrganisationRegistered', true>('OrganisationRegistered', {
      now: () => true,
      cells: ({ organisationId, state, kind }) => [{ key: [organisationId], value: [state, kind] }],
      from: () => ALWAYS,
    }),
  },
});

export const organisationNameFact = factKind({
  name: 'organisation_name',
  key: { organisation: { type: 'text' } },
  value: { name: { type: 'text' } },
  reads: {
    OrganisationRegistered: reading<OrganisationEvent, 'OrganisationRegistered', string>('OrganisationRegistered', {
      now: (data) => data.name,
      cells: ({ organisationId }, name) => [{ key: [organisationId], value: [name] }],
      from: () => ALWAYS,
    }),
    OrganisationNamed: reading<OrganisationEvent, 'OrganisationNamed', string>('OrganisationNamed', {
      now: (data) => data.name,
      cells: ({ organisationId }, name) => [{ key: [organisationId], value: [name] }],
    }),
  },
});

export const organisationCodeFact = factKind({
  name: 'organisation_code',
  key: { organisation: { type: 'text' }, scheme: { type: 'text' } },
  value: { code: { type: 'text' } },
  reads: {
    OrganisationRegistered: reading<OrganisationEvent, 'OrganisationRegistered', true>('OrganisationRegistered', {
      now: () => true,
      cells: ({ organisationId, identifiers }) => {
        const codes = new Map(identifiers.map(({ scheme, value }) => [scheme, value]));
        return [...codes].map(([scheme, code]) => ({ key: [organisationId, scheme], value: [code] }));
      },
      from: () => ALWAYS,
    }),
    OrganisationIdentified: reading<OrganisationEvent, 'OrganisationIdentified', string>('OrganisationIdentified', {
      now: (data) => data.value,
      cells: ({ organisationId, scheme }, code) => [{ key: [organisationId, scheme], value: [code] }],
    }),
  },
});

/**
 * Under which parent an organisation stands (S16): a district under its service agency, a school or program under a
 * district or agency. A closing ends the placement after its last day (R-06, S9): parent and kind are null from then on.
 */
export const placementFact = factKind({
  name: 'placement',
  key: { organisation: { type: 'text' } },
  value: { parent: { type: 'text', nullable: true }, kind: { type: 'text', nullable: true } },
  indexes: [['parent']],
  reads: {
    OrganisationPlaced: reading<OrganisationEvent, 'OrganisationPlaced', string>('OrganisationPlaced', {
      now: (data) => data.parentId,
      was: (data) => data.was?.parentId,
      cells: ({ organisationId, kind }, parent) => [{ key: [organisationId], value: [parent, kind] }],
    }),
    OrganisationClosed: reading<OrganisationEvent, 'OrganisationClosed', true>('OrganisationClosed', {
      now: () => true,
      was: ({ was }) => (was === undefined ? undefined : true),
      cells: ({ organisationId }) => [{ key: [organisationId], value: [null, null] }],
      from: (event) => dayAfter(event.metadata.effectiveOn),
    }),
  },
});
