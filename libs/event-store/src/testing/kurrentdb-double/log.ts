import { randomUUID } from 'node:crypto';

/** An event as the double keeps it: the bytes that came in, and the place it was given. */
export interface LoggedEvent {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly created: Date;
}

export type ProposedEvent = Pick<LoggedEvent, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

/** Last revision expected; −1: no such stream. `any` and `exists` are what the protocol has besides. */
export type Expected = number | 'any' | 'exists';

export type AppendResult =
  | {
      readonly kind: 'written';
      readonly revision: number;
      /** Undefined for a repetition whose events were deleted since: a server confirms those without their place. */
      readonly position: number | undefined;
      /** Whether the events stood there before. */
      readonly isRepetition: boolean;
    }
  | { readonly kind: 'wrong-expected'; readonly current: number; readonly expected: Expected }
  | { readonly kind: 'tombstoned' }
  | { readonly kind: 'too-large'; readonly limit: number };

interface LoggedStream {
  readonly events: LoggedEvent[];
  /** Revisions below are gone after a soft delete. */
  truncatedBefore: number;
  tombstoned: boolean;
}

/** What a server accepts in one append unless told otherwise: 1 MiB. Version 24.6 counts the data alone, later ones all texts. */
const MAX_APPEND_BYTES = 1024 * 1024;
/** Where a fresh server's own first records end. */
const FIRST_POSITION = 1_500;
/** What a record takes besides its texts; makes positions as uneven as those of a server. */
const RECORD_BYTES = 120;

/**
 * The log behind one double, or behind the nodes of a cluster of doubles: in memory, kept while doubles stop and start.
 * Appends follow the rules of EventStoreDB 24.6: the same ids at the same expected revision are taken as done, also after
 * later writes; a soft deleted stream takes NO_STREAM and goes on counting.
 */
export class MemoryLog {
  readonly events: LoggedEvent[] = [];
  maxAppendBytes = MAX_APPEND_BYTES;
  private readonly streams = new Map<string, LoggedStream>();
  private readonly waiting = new Set<() => void>();
  private nextPosition = FIRST_POSITION;

  constructor() {
    // A server writes records of its own; whoever reads the whole log meets them.
    this.append('$settings', 'any', [
      { id: '00000000-0000-4000-8000-000000000000', type: '$settings', contentType: 'application/json', ...noBytes },
    ]);
  }

  append(stream: string, expected: Expected, proposed: readonly ProposedEvent[]): AppendResult {
    const size = proposed.reduce((sum, event) => sum + sizeOnDisk(event), 0);
    if (size > this.maxAppendBytes) return { kind: 'too-large', limit: this.maxAppendBytes };
    const known = this.streams.get(stream);
    if (known?.tombstoned === true) return { kind: 'tombstoned' };
    const current = (known?.events.length ?? 0) - 1;
    const same = typeof expected === 'number' ? known && this.sameEvents(known, expected, proposed) : undefined;
    if (same !== undefined) {
      const position = same.revision < known!.truncatedBefore ? undefined : same.position;
      return { kind: 'written', revision: same.revision, position, isRepetition: true };
    }
    if (!this.isAsExpected(known, expected)) return { kind: 'wrong-expected', current, expected };
    const { revision, position } = this.write(stream, current, proposed);
    return { kind: 'written', revision, position, isRepetition: false };
  }

  /**
   * Hides all events of the stream from now on (soft) or closes it for good. As on a server, an event of the server's own says so in the log.
   * False when there is no such stream.
   */
  delete(name: string, isTombstone: boolean): boolean {
    const stream = this.streams.get(name);
    if (stream === undefined) return false;
    stream.truncatedBefore = stream.events.length;
    stream.tombstoned = isTombstone;
    const type = isTombstone ? '$streamDeleted' : '$metadata';
    const note = { id: randomUUID(), type, contentType: 'application/json', ...noBytes };
    // A server counts a tombstone as revision 2^63 − 1.
    if (isTombstone) this.record(note, name, Number.MAX_SAFE_INTEGER);
    else this.append(`$$${name}`, 'any', [note]);
    return true;
  }

  /** The events that a reader of the stream is shown; undefined: not there (any more). */
  read(name: string): readonly LoggedEvent[] | 'tombstoned' | undefined {
    const stream = this.streams.get(name);
    if (stream === undefined) return undefined;
    if (stream.tombstoned) return 'tombstoned';
    const events = this.visible(stream);
    return events.length === 0 ? undefined : events;
  }

  /** Index of the first event at or after a position; the number of events when there is none. */
  indexOf(position: number): number {
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.events[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Makes the next event take a position above this one. */
  skipTo(position: number): void {
    this.nextPosition = Math.max(this.nextPosition, position + 1);
  }

  /** Forgets the newest events, as a leader does that comes back with what was never replicated. */
  truncate(count: number): void {
    for (const event of this.events.splice(-count)) this.streams.get(event.stream)!.events.pop();
  }

  /** Resolves at the next append, or at `wake`. */
  async grown(): Promise<void> {
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  private visible(stream: LoggedStream): readonly LoggedEvent[] {
    return stream.truncatedBefore === 0 ? stream.events : stream.events.slice(stream.truncatedBefore);
  }

  private isAsExpected(stream: LoggedStream | undefined, expected: Expected): boolean {
    if (expected === 'any') return true;
    const current = (stream?.events.length ?? 0) - 1;
    const isGone = stream === undefined || this.visible(stream).length === 0;
    if (expected === 'exists') return !isGone;
    return expected === current || (expected === -1 && isGone);
  }

  private sameEvents(
    stream: LoggedStream,
    expected: number,
    proposed: readonly ProposedEvent[],
  ): LoggedEvent | undefined {
    const there = stream.events.slice(expected + 1, expected + 1 + proposed.length);
    const isSame = there.length === proposed.length && there.every((event, n) => event.id === proposed[n]!.id);
    return isSame ? there.at(-1) : undefined;
  }

  private write(stream: string, current: number, proposed: readonly ProposedEvent[]): LoggedEvent {
    let known = this.streams.get(stream);
    if (known === undefined) {
      known = { events: [], truncatedBefore: 0, tombstoned: false };
      this.streams.set(stream, known);
    }
    for (const [n, event] of proposed.entries()) {
      known.events.push(this.record(event, stream, current + 1 + n));
    }
    this.wake();
    return known.events.at(-1)!;
  }

  private record(event: ProposedEvent, stream: string, revision: number): LoggedEvent {
    const logged = { ...event, stream, revision, position: this.nextPosition, created: new Date() };
    this.events.push(logged);
    this.nextPosition += RECORD_BYTES + sizeOnDisk(event);
    return logged;
  }
}

const noBytes = { data: new Uint8Array(), metadata: new Uint8Array() };

function sizeOnDisk(event: ProposedEvent): number {
  return event.data.byteLength + event.metadata.byteLength + event.type.length * 2;
}
