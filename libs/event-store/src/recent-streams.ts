import type { StoredEvent, StreamName } from '@waymark/kernel';
import type { StoredRow } from './event-store.js';
import { decodeStoredEvent } from './stored-event.js';

interface Entry {
  events: readonly StoredEvent[];
  /** Appended since `events` was last asked for, not yet decoded. */
  added: StoredRow[];
  bytes: number;
}

/** Stored bytes that are kept; decoded they take about three times as much. */
const USUAL_BYTES = 16_000_000;
/** What an entry costs besides its events. */
const ENTRY_BYTES = 500;

/**
 * The streams read last, so that a command need not read and decode its whole stream again. Holds what one process read
 * and wrote, up to a number of stored bytes; events are frozen, because every reader gets the same ones.
 */
export class RecentStreams {
  private readonly entries = new Map<StreamName, Entry>();
  private bytes = 0;

  constructor(private readonly mostBytes = USUAL_BYTES) {}

  /** The events of the stream, in order; undefined when they are not held. */
  get(stream: StreamName): readonly StoredEvent[] | undefined {
    const entry = this.entries.get(stream);
    if (entry === undefined) return undefined;
    if (entry.added.length > 0) {
      entry.events = [...entry.events, ...entry.added.map(decodedAndFrozen)];
      entry.added = [];
    }
    // The order of the map is the order of use.
    this.entries.delete(stream);
    this.entries.set(stream, entry);
    return entry.events;
  }

  /** Holds a stream as it was read just now, and answers its events. */
  put(stream: StreamName, rows: readonly StoredRow[]): readonly StoredEvent[] {
    this.drop(stream);
    const entry = { events: rows.map(decodedAndFrozen), added: [], bytes: ENTRY_BYTES };
    this.entries.set(stream, entry);
    this.grow(entry, rows);
    return entry.events;
  }

  /**
   * Adds events that were committed from a revision on, if the stream is held. Those that it holds already are left out;
   * when events between are missing, because somebody else wrote them, the stream is let go.
   */
  extend(stream: StreamName, from: number, rows: readonly StoredRow[]): void {
    const entry = this.entries.get(stream);
    if (entry === undefined) return;
    const next = entry.events.length + entry.added.length;
    if (from > next) {
      this.drop(stream);
      return;
    }
    const added = rows.slice(next - from);
    entry.added.push(...added);
    this.bytes -= entry.bytes;
    this.grow(entry, added);
  }

  drop(stream: StreamName): void {
    this.bytes -= this.entries.get(stream)?.bytes ?? 0;
    this.entries.delete(stream);
  }

  clear(): void {
    this.entries.clear();
    this.bytes = 0;
  }

  private grow(entry: Entry, rows: readonly StoredRow[]): void {
    entry.bytes = rows.reduce((sum, row) => sum + row.stored.byteLength, entry.bytes);
    this.bytes += entry.bytes;
    for (const stream of this.entries.keys()) {
      if (this.bytes <= this.mostBytes) return;
      this.drop(stream);
    }
  }
}

function decodedAndFrozen(row: StoredRow): StoredEvent {
  return frozen(decodeStoredEvent(row.stored, row.position));
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}
