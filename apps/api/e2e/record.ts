import { join } from 'node:path';
import type { Head } from '@waymark/event-store';
import { openSqliteEventStore } from '@waymark/event-store/sqlite';
import type { StoredEvent } from '@waymark/kernel';

/** How far the record of a folder reaches, read beside whatever process holds it. */
export async function headOf(folder: string): Promise<Head> {
  const store = openSqliteEventStore({ file: join(folder, 'events.db'), readOnly: true });
  try {
    return await store.head();
  } finally {
    await store.close();
  }
}

/** The newest events of a folder after a position. */
export async function eventsAfter(folder: string, after: number): Promise<readonly StoredEvent[]> {
  const store = openSqliteEventStore({ file: join(folder, 'events.db'), readOnly: true });
  try {
    return await store.readAll({ after, limit: 1_000 });
  } finally {
    await store.close();
  }
}

/** All events of a folder after a position. */
export async function allEventsAfter(folder: string, position: number): Promise<readonly StoredEvent[]> {
  const all: StoredEvent[] = [];
  let after = position;
  for (;;) {
    const page = await eventsAfter(folder, after);
    all.push(...page);
    if (page.length === 0) return all;
    after = page.at(-1)!.position;
  }
}
