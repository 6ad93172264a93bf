import type { Happened } from '@waymark/event-store/testing';
import type { Projection } from '../projection.js';
import { readTable } from '../table.js';

export const seenColumns = { position: { type: 'integer' }, type: { type: 'text' } } as const;

/** Notes which events it was given, in a table that carries its name; cannot take an event whose `bad` names it. */
export function noting(name: string, handles: readonly string[], options: Partial<Projection> = {}): Projection {
  const seen = readTable({ name, columns: seenColumns, primaryKey: ['position'], indexes: [['type']] });
  return {
    name,
    version: 1,
    handles,
    tables: [seen],
    project: (events, tables) => {
      const bad = events.find(({ data }) => (data as { bad?: string }).bad === name);
      if (bad !== undefined) throw new Error(`${name} cannot take it`);
      return tables.write(
        seen,
        events.map(({ position, type }) => ({ position, type })),
      );
    },
    ...options,
  };
}

export const saw = (type: string, data: object = {}): Happened => ({ type, data });
export const times = (n: number, type: string): Happened[] => Array.from({ length: n }, () => saw(type));
