import { readTable, rowProjection, rowsOf } from '@waymark/read-store';
import type { OrganisationEvent } from '@waymark/organisations';
import type { OwnerLevel } from './initiative.events.js';

/** Who may keep an inventory: level and last day of agencies, districts and schools. */
export const ownerTable = readTable({
  name: 'initiative_owner',
  columns: {
    organisation: { type: 'text' },
    level: { type: 'text' },
    closed_on: { type: 'text', nullable: true },
  },
  primaryKey: ['organisation'],
});

/** Where schools stand: a row per placement that is believed. The latest first day wins, on one day the later statement. */
export const schoolTable = readTable({
  name: 'initiative_school',
  columns: {
    school: { type: 'text' },
    statement: { type: 'text' },
    parent: { type: 'text' },
    effective_from: { type: 'text' },
    root_position: { type: 'integer' },
  },
  primaryKey: ['school', 'statement'],
  indexes: [['parent']],
});

type Event = Extract<
  OrganisationEvent,
  { type: 'OrganisationRegistered' | 'OrganisationPlaced' | 'OrganisationClosed' }
>;

const levels: Readonly<Record<string, OwnerLevel>> = {
  SERVICE_AGENCY: 'AGENCY',
  DISTRICT: 'DISTRICT',
  SCHOOL: 'SCHOOL',
};

/** Follows the organisations' own events: eventually consistent, by design. */
export const initiativeOwnerProjection = rowProjection<Event>({
  name: 'initiative-owners',
  version: 1,
  tables: [ownerTable, schoolTable],
  handles: ['OrganisationRegistered', 'OrganisationPlaced', 'OrganisationClosed'],
  keys: ({ type, data, metadata }) =>
    type === 'OrganisationPlaced'
      ? [rowsOf(schoolTable, { school: data.organisationId, statement: metadata.statement })]
      : [rowsOf(ownerTable, { organisation: data.organisationId })],
  apply({ type, data, metadata, position }, rows) {
    const organisation = data.organisationId;
    const { act, effectiveOn, statement } = metadata;
    if (type === 'OrganisationRegistered') {
      const level = levels[data.kind];
      if (level !== undefined) rows.put(ownerTable, { organisation, level, closed_on: null });
      return;
    }
    if (type === 'OrganisationClosed') {
      const row = rows.get(ownerTable, { organisation });
      if (row !== undefined) rows.put(ownerTable, { ...row, closed_on: act === 'WITHDRAWN' ? null : effectiveOn });
      return;
    }
    if (data.kind !== 'SCHOOL') return;
    const key = { school: organisation, statement };
    if (act === 'WITHDRAWN') return rows.remove(schoolTable, key);
    const root = rows.get(schoolTable, key)?.root_position ?? position;
    rows.put(schoolTable, { ...key, parent: data.parentId, effective_from: effectiveOn, root_position: root });
  },
});
