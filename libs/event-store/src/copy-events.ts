import { createHash, type Hash } from 'node:crypto';
import { StoreUnavailableError } from '@waymark/kernel';
import type { EventStore, StoredRow } from './event-store.js';

/** COMPARING what the target holds already, COPYING what is missing there, VERIFYING by reading the copy again. */
export type CopyStep = 'COMPARING' | 'COPYING' | 'VERIFYING';

export interface CopyOptions {
  readonly from: EventStore;
  readonly to: EventStore;
  /** Hears how far a step has come, in positions of the store that it reads, of how many. */
  readonly onProgress?: (step: CopyStep, done: number, total: number) => void;
}

/** What a copy came to. */
export interface CopyReport {
  /** Events in the copy now; `copied` of them were put there by this run. */
  readonly events: number;
  readonly copied: number;
  /** Stored bytes of all events. */
  readonly bytes: number;
  /** SHA-256 over the stored bytes of all events in order, as hexadecimal: read from the source, and the same again from the copy. */
  readonly sha256: string;
  /** False when the source took new events all the while: the copy holds the source up to an event, the rest is missing. */
  readonly isComplete: boolean;
}

/** The target holds something that the source does not have in that place. */
export class CopyRefusedError extends Error {
  readonly code = 'TARGET_HOLDS_OTHER_EVENTS';

  constructor(event: number, position: number) {
    super(
      `Event ${event} of the target (position ${position}) is not event ${event} of the source: the target holds another record, or a copy ` +
        'that was written to since. Name an empty target. Nothing was changed.',
    );
    this.name = 'CopyRefusedError';
  }
}

/** Stored bytes that are read or written at a time, about. */
const PAGE_BYTES = 4_000_000;
const FIRST_PAGE = 100;
const LARGEST_PAGE = 2_000;
/** Times that a source which took new events meanwhile is gone after. */
const MOST_ROUNDS = 3;

/**
 * Copies a record into an empty store, or goes on with a copy that was cut short: stored bytes to the byte, in order. What the target
 * holds is compared first, to the byte; afterwards everything that was written is read again and its digest compared with the
 * source's. The source may take new events meanwhile, see `isComplete`. Nobody else may write to the target.
 * Throws CopyRefusedError, StoreUnavailableError (DAMAGED when the copy does not verify), and the errors of `appendStored`.
 */
export async function copyEvents({ from, to, onProgress = () => undefined }: CopyOptions): Promise<CopyReport> {
  const source = new Reading(from, 'the source');
  const target = new Reading(to, 'the copy');
  await compare(source, target, (done, total) => onProgress('COMPARING', done, total));
  const found = target.events;
  let isComplete = false;
  for (let round = 0; round < MOST_ROUNDS && !isComplete; round += 1) {
    await append(source, to, target.position, (done, total) => onProgress('COPYING', done, total));
    await verify(source, target, (done, total) => onProgress('VERIFYING', done, total));
    isComplete = (await from.readStored({ after: source.position, limit: 1 })).length === 0;
  }
  const { events, bytes, sha256 } = source;
  return { events, copied: events - found, bytes, sha256, isComplete };
}

type Progress = (done: number, total: number) => void;

/** A store as it is read from its beginning: how far, how much, and the running digest. */
class Reading {
  private readonly hash: Hash = createHash('sha256');
  private page = FIRST_PAGE;
  position = 0;
  events = 0;
  bytes = 0;

  constructor(
    readonly store: EventStore,
    readonly name: string,
  ) {}

  get sha256(): string {
    return this.hash.copy().digest('hex');
  }

  /** The next events, as many as are good to hold at a time, or at most `limit`; taken into the digest. */
  async next(limit = this.page): Promise<readonly StoredRow[]> {
    const rows = await this.store.readStored({ after: this.position, limit });
    for (const { stored } of rows) {
      this.hash.update(stored);
      this.bytes += stored.byteLength;
    }
    this.events += rows.length;
    this.position = rows.at(-1)?.position ?? this.position;
    const share = (PAGE_BYTES * this.events) / Math.max(1, this.bytes);
    this.page = Math.min(LARGEST_PAGE, Math.max(1, Math.round(share)));
    return rows;
  }
}

async function compare(source: Reading, target: Reading, onProgress: Progress): Promise<void> {
  const { position: total } = await target.store.head();
  for (;;) {
    const before = target.events;
    const held = await target.next();
    if (held.length === 0) return;
    const wanted = await source.next(held.length);
    const differs = held.findIndex((row, n) => wanted[n] === undefined || !isSame(row.stored, wanted[n].stored));
    if (differs >= 0) throw new CopyRefusedError(before + differs + 1, held[differs]!.position);
    onProgress(target.position, total);
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

async function append(source: Reading, to: EventStore, after: number, onProgress: Progress): Promise<void> {
  const { position: total } = await source.store.head();
  for (let end = after; ;) {
    const rows = await source.next();
    if (rows.length === 0) return;
    end = await to.appendStored(end, rows);
    onProgress(source.position, total);
  }
}

async function verify(source: Reading, target: Reading, onProgress: Progress): Promise<void> {
  const { position: total } = await target.store.head();
  while ((await target.next()).length > 0) onProgress(target.position, total);
  if (target.events === source.events && target.sha256 === source.sha256) return;
  throw new StoreUnavailableError(
    `The copy does not hold what the source does: ${target.events} events with SHA-256 ${target.sha256}, in the source ${source.events} with ` +
      `${source.sha256}. Somebody else wrote to the target, or its disk fails. Copy into another, empty target.`,
    'DAMAGED',
  );
}
