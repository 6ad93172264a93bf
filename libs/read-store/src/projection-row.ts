import type { EventId } from '@waymark/kernel';
import type { PoisonEvent, ProjectionRecord } from './read-store.js';

/** A row of `projection_state`, the same on every database. */
export interface ProjectionRow extends Pick<
  ProjectionRecord,
  'name' | 'version' | 'shape' | 'generation' | 'checkpoint' | 'state'
> {
  readonly checkpoint_event: string | null;
  /** JSON of a {@link PoisonEvent}. */
  readonly poison: string | null;
}

export function recordOfRow({ checkpoint_event, poison, ...row }: ProjectionRow): ProjectionRecord {
  return { ...row, checkpointEvent: checkpoint_event as EventId | null, poison: poisonOfRow(poison) };
}

export function poisonOfRow(poison: string | null): PoisonEvent | null {
  return poison === null ? null : (JSON.parse(poison) as PoisonEvent);
}
