import { randomBytes } from 'node:crypto';
import {
  type EventId,
  type EventMetadata,
  type EventToAppend,
  type Instant,
  RecordedAtBehindError,
  type StoredEvent,
  StoreUnavailableError,
  type StreamName,
  uuidBytes,
  uuidFromBytes,
  WrongExpectedRevisionError,
} from '@waymark/kernel';
import type { EventStore, StoredRow } from '../event-store.js';
import { decodeStoredEvent, encodeStoredEvent } from '../stored-event.js';

const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;

/** A place of its own on a store that others have written to before: what lies outside it is not seen from inside. */
export interface Corner {
  readonly prefix: string;
  /** What event ids are mixed with, so that the same tests can run twice. */
  readonly mask: Buffer;
  /** Milliseconds that instants are moved by, so that they lie after all that was recorded. */
  readonly shift: number;
  /** Position of the newest event outside. */
  readonly start: number;
}

/** A new corner at the end of a log, for events of tests (they lie in October 2025). */
export async function newCorner(store: EventStore): Promise<Corner> {
  const { position, recordedAt } = await store.head();
  const shift = Math.max(0, Date.parse(recordedAt ?? '2025-10-15T00:00:00Z') - Date.parse('2025-10-14T00:00:00Z'));
  return { prefix: `corner-${randomBytes(6).toString('hex')}-`, mask: randomBytes(16), shift, start: position };
}

/** The store as it looks from inside the corner: empty at first. Organisations are not told apart between corners. */
export function ownCorner(store: EventStore, { prefix, mask, shift, start }: Corner): EventStore {
  const id = (eventId: EventId) =>
    uuidFromBytes(uuidBytes(eventId).map((byte, n) => byte ^ mask[n]!) as Buffer) as EventId;
  const moved = (instant: Instant, by: number) => new Date(Date.parse(instant) + by).toISOString();
  const inside = (event: StoredEvent): StoredEvent => ({
    ...event,
    eventId: id(event.eventId),
    stream: event.stream.slice(prefix.length) as StreamName,
    metadata: { ...event.metadata, recordedAt: moved(event.metadata.recordedAt, -shift) },
  });
  const outside = (event: EventToAppend): EventToAppend => {
    const metadata: EventMetadata = { ...event.metadata, recordedAt: moved(event.metadata.recordedAt, shift) };
    return { ...event, eventId: id(event.eventId), metadata };
  };
  const named = (stream: StreamName) => `${prefix}${stream}` as StreamName;
  const ours = (events: readonly StoredEvent[]) => events.filter(({ stream }) => stream.startsWith(prefix)).map(inside);
  const rowInside = (event: StoredEvent): StoredRow => ({
    position: event.position,
    stored: encodeStoredEvent(event.stream, event.revision, event),
  });
  const rowOutside = ({ stored, position }: StoredRow): StoredRow => {
    const event = decodeStoredEvent(stored, position);
    return { position, stored: encodeStoredEvent(named(event.stream), event.revision, outside(event)) };
  };
  return {
    readStream: async (stream) => ours(await store.readStream(named(stream))),
    append: (stream, expected, events) =>
      store.append(named(stream), expected, events.map(outside)).catch((error: unknown) => {
        if (error instanceof WrongExpectedRevisionError) {
          throw new WrongExpectedRevisionError(stream, error.expected, error.actual);
        }
        throw error instanceof RecordedAtBehindError
          ? new RecordedAtBehindError(moved(error.notBefore, -shift))
          : error;
      }),
    readAll: async ({ after, ...rest }) => ours(await store.readAll({ after: Math.max(after, start), ...rest })),
    readStored: async ({ after, limit }) =>
      ours(await store.readAll({ after: Math.max(after, start), limit })).map(rowInside),
    appendStored: (after, rows) =>
      store.appendStored(Math.max(after, start), rows.map(rowOutside)).catch((error: unknown) => {
        if (!(error instanceof StoreUnavailableError)) throw error;
        throw new StoreUnavailableError(
          error.message.replace(UUID, (found) => id(found as EventId)),
          error.reason,
        );
      }),
    readEvents: async (eventIds) => ours(await store.readEvents(eventIds.map(id))),
    readPositions: async (positions) => ours(await store.readPositions(positions)),
    head: async (...past) => {
      const { position, recordedAt } = await store.head(...past);
      return position <= start || recordedAt === undefined
        ? { position: 0, recordedAt: undefined }
        : { position, recordedAt: moved(recordedAt, -shift) };
    },
    onAppended: (listener) => store.onAppended((position) => listener(position)),
    close: () => store.close(),
  };
}
