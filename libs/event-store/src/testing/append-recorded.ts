import {
  type Actor,
  type Circumstances,
  type DomainEvent,
  eventIdOf,
  type EventId,
  type EventMetadata,
  type EventToAppend,
  type StoredEvent,
  type StreamName,
} from '@waymark/kernel';
import { someMeta } from '@waymark/kernel/testing';
import type { EventStore } from '../event-store.js';

/** An event that a test wants to have happened. What is left out gets a value that tests need not care about. */
export interface Happened extends DomainEvent, Circumstances {
  /** `test-stream` when left out. */
  readonly stream?: string;
  readonly eventId?: EventId;
  /** 15 October 2025, 14:00 UTC, or the instant of the store's newest event if that is later. */
  readonly recordedAt?: string;
  readonly schemaVersion?: number;
  readonly actor?: Actor;
  /** The API when left out. */
  readonly source?: EventMetadata['source'];
  /** Whole metadata, as recorded events carry it; circumstances beside it are then not looked at. */
  readonly metadata?: EventMetadata;
}

const NONCE = 'AAAAAAAAAAAAAAAAAAAAAA==';
let drawn = 0;

/** An event ready to be appended: ids are drawn anew unless given. */
export function someEvent(happened: Partial<Happened> = {}): EventToAppend {
  const meta = someMeta({ key: `some-event-${(drawn += 1)}` });
  const eventId = happened.eventId ?? eventIdOf({ meta }, 0);
  const metadata: EventMetadata = happened.metadata ?? {
    nonce: NONCE,
    schemaVersion: happened.schemaVersion ?? 1,
    recordedAt: happened.recordedAt ?? meta.now,
    effectiveOn: happened.effectiveOn ?? meta.today,
    act: happened.act ?? 'STATED',
    statement: happened.statement ?? eventId,
    corrects: happened.corrects,
    actor: happened.actor ?? meta.actor,
    source: happened.source ?? meta.source,
    correlationId: meta.correlationId,
    causationId: meta.causationId,
    commandId: meta.commandId,
    inputMac: meta.inputMac,
    ...happened.organisations,
  };
  return { eventId, type: happened.type ?? 'SomethingHappened', data: happened.data ?? {}, metadata };
}

/**
 * Puts events into the store, each at the end of its stream, in the order given, and answers them as they are stored.
 * Takes plain events with circumstances, and recorded ones (their revision and position are the store's to give).
 */
export async function appendRecorded(store: EventStore, ...events: readonly Happened[]): Promise<StoredEvent[]> {
  const positions: number[] = [];
  let { recordedAt: newest } = await store.head();
  for (const happened of events) {
    const stream = (happened.stream ?? 'test-stream') as StreamName;
    const last = (await store.readStream(stream)).at(-1);
    const stamped = happened.recordedAt === undefined ? { recordedAt: notBefore(newest) } : {};
    const event = someEvent({ ...happened, ...stamped });
    const { position } = await store.append(stream, last?.revision ?? 'NO_STREAM', [event]);
    newest = event.metadata.recordedAt;
    positions.push(position);
  }
  return [...(await store.readPositions(positions))];
}

function notBefore(newest: string | undefined): string {
  const usual = someMeta().now;
  return newest !== undefined && newest > usual ? newest : usual;
}
