import type { ResolvedEvent } from '@kurrent/kurrentdb-client';
import type { EventId, EventMetadata, StoredEvent, StreamName } from '@waymark/kernel';
import { isClaim } from './id-claims.js';
import { damaged } from './kurrent-errors.js';

/** Positions are byte offsets of the log; facts tables hold them in 43 bits. */
const FIRST_POSITION_BEYOND = 2 ** 43;

/** What Waymark reads of an event of the server. */
type Received = NonNullable<ResolvedEvent['event']>;

/** Whether the event is none of the record: one of the server's own, or a claim, which share the log with it. */
export function isBesideRecord({ type, streamId }: Pick<Received, 'type' | 'streamId'>): boolean {
  return type.startsWith('$') || streamId.startsWith('$') || isClaim(streamId);
}

/** The place of an event in the log. Throws StoreUnavailableError (DAMAGED) for one that the tables could not hold. */
export function positionOf(place: { readonly commit: bigint; readonly prepare: bigint } | undefined): number {
  const position = Number(place?.commit ?? -1);
  if (place === undefined || place.commit !== place.prepare || position <= 0 || position >= FIRST_POSITION_BEYOND) {
    const shown = place === undefined ? 'none' : `${place.commit}/${place.prepare}`;
    throw damaged(`The server gives a position that Waymark cannot use: ${shown}. Give Waymark a database of its own.`);
  }
  return position;
}

/** An event as the port gives it back. Throws StoreUnavailableError (DAMAGED) for one that Waymark did not write. */
export function storedEvent(received: Received): StoredEvent {
  const position = positionOf(received.position);
  const { id, type, streamId, revision, metadata, data, isJson } = received;
  try {
    if (isJson) throw new TypeError('not stored as bytes');
    const parsed = JSON.parse(Buffer.from(data as Uint8Array).toString('utf8')) as Record<string, unknown>;
    // The client has parsed metadata that is JSON, and gives back bytes when it is not.
    const { recordedAt } = metadata as unknown as EventMetadata;
    if (typeof recordedAt !== 'string') throw new TypeError('no recordedAt in its metadata');
    return {
      eventId: id as EventId,
      type,
      stream: streamId as StreamName,
      revision: Number(revision),
      position,
      metadata: metadata as unknown as EventMetadata,
      data: parsed,
    };
  } catch (error) {
    throw damaged(
      `The event at position ${position} (${type} in ${streamId}) was not written by Waymark, or is damaged. Give Waymark a ` +
        'database of its own, or restore a backup.',
      error,
    );
  }
}
