import { readTable, rowProjection, rowsOf } from '@waymark/read-store';
import type { OrganisationEvent } from '@waymark/organisations';

/** What this slice must know of service agencies and districts to judge: kind and last day. */
export const subjectTable = readTable({
  name: 'exploration_subject',
  columns: {
    organisation: { type: 'text' },
    kind: { type: 'text' },
    closed_on: { type: 'text', nullable: true },
  },
  primaryKey: ['organisation'],
});

type Event = Extract<OrganisationEvent, { type: 'OrganisationRegistered' | 'OrganisationClosed' }>;

/** Follows the organisations' own events: eventually consistent, by design. */
export const explorationSubjectProjection = rowProjection<Event>({
  name: 'exploration-subjects',
  version: 1,
  tables: [subjectTable],
  handles: ['OrganisationRegistered', 'OrganisationClosed'],
  keys: ({ data }) => [rowsOf(subjectTable, { organisation: data.organisationId })],
  apply(event, rows) {
    const organisation = event.data.organisationId;
    if (event.type === 'OrganisationRegistered') {
      const { kind } = event.data;
      if (kind !== 'SERVICE_AGENCY' && kind !== 'DISTRICT') return;
      rows.put(subjectTable, { organisation, kind, closed_on: null });
      return;
    }
    const row = rows.get(subjectTable, { organisation });
    const { act, effectiveOn } = event.metadata;
    if (row !== undefined) rows.put(subjectTable, { ...row, closed_on: act === 'WITHDRAWN' ? null : effectiveOn });
  },
});
