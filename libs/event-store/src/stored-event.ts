// Storage format: these bytes are what digests, audit leaves and packets are made of. They never change; a second
// format would get a first line of its own.
import {
  EventTooLargeError,
  type EventId,
  type EventMetadata,
  type EventToAppend,
  StoreUnavailableError,
  type StoredEvent,
  type StreamName,
  uuidBytes,
  uuidFromBytes,
} from '@waymark/kernel';
import { canonicalJson } from './canonical-json.js';

/** The most bytes that one stored event may take: below what every supported store accepts. */
export const LARGEST_EVENT_BYTES = 1_000_000;

const FORMAT = Buffer.from('waymark-event/1\n', 'latin1');
const ID_AT = FORMAT.length;
const REVISION_AT = ID_AT + 16;
const PARTS_AT = REVISION_AT + 8;
/** Half a surrogate pair is no UTF-8; a database's text holds no NUL. */
const UNFIT = /[\p{Surrogate}\0]/u;

/**
 * The stored form of an event at its place in its stream, which is at once the preimage of its digest:
 * `"waymark-event/1\n" ‖ event id (16 bytes) ‖ revision (u64, big-endian) ‖ lp(stream) ‖ lp(type) ‖ lp(metadata) ‖ lp(data)`,
 * where lp(x) is the length of x as u32, big-endian, and x; texts are UTF-8, metadata and data canonical JSON.
 * Throws EventTooLargeError beyond {@link LARGEST_EVENT_BYTES}, TypeError for what cannot be stored as it is.
 */
export function encodeStoredEvent(stream: StreamName, revision: number, event: EventToAppend): Buffer {
  if (!Number.isSafeInteger(revision) || revision < 0) throw new TypeError(`Not a revision: ${revision}`);
  const parts = [
    named('stream', stream),
    named('event type', event.type),
    canonicalJson(event.metadata),
    canonicalJson(event.data),
  ];
  const lengths = parts.map((part) => Buffer.byteLength(part));
  const total = lengths.reduce((sum, length) => sum + 4 + length, PARTS_AT);
  if (total > LARGEST_EVENT_BYTES) throw new EventTooLargeError(event.type, total, LARGEST_EVENT_BYTES);
  const bytes = Buffer.allocUnsafe(total);
  bytes.set(FORMAT, 0);
  bytes.set(uuidBytes(event.eventId), ID_AT);
  bytes.writeBigUInt64BE(BigInt(revision), REVISION_AT);
  let at = PARTS_AT;
  parts.forEach((part, index) => {
    at = bytes.writeUInt32BE(lengths[index]!, at);
    at += bytes.write(part, at, 'utf8');
  });
  return bytes;
}

/** The bytes of metadata and data inside a stored event: views, not copies. */
export function storedParts(stored: Buffer): { readonly metadata: Buffer; readonly data: Buffer } {
  let at = PARTS_AT;
  const next = () => {
    const start = at + 4;
    at = start + stored.readUInt32BE(at);
    return stored.subarray(start, at);
  };
  const [, , metadata, data] = [next(), next(), next(), next()];
  return { metadata, data };
}

function named(what: string, text: string): string {
  if (text === '' || UNFIT.test(text)) throw new TypeError(`Not a name of a ${what}: ${JSON.stringify(text)}`);
  return text;
}

/**
 * The event that the bytes stand for. Throws StoreUnavailableError (DAMAGED) when they are not a stored event:
 * a record that cannot be read is a fault to be shown, never an event to be skipped.
 */
export function decodeStoredEvent(stored: Uint8Array, position: number): StoredEvent {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  try {
    if (FORMAT.compare(bytes, 0, ID_AT) !== 0) throw new RangeError('unknown format');
    const reader = { bytes, at: PARTS_AT };
    const stream = nextPart(reader) as StreamName;
    const type = nextPart(reader);
    const metadata = JSON.parse(nextPart(reader)) as EventMetadata;
    const data = JSON.parse(nextPart(reader)) as Record<string, unknown>;
    if (reader.at !== bytes.length) throw new RangeError('bytes after the end');
    return {
      eventId: uuidFromBytes(bytes.subarray(ID_AT, REVISION_AT)) as EventId,
      type,
      stream,
      revision: bytes.readUInt32BE(REVISION_AT) * 0x1_0000_0000 + bytes.readUInt32BE(REVISION_AT + 4),
      position,
      metadata,
      data,
    };
  } catch (error) {
    throw new StoreUnavailableError(
      `The event at position ${position} cannot be read: its stored bytes are damaged. Restore the file from a backup.`,
      'DAMAGED',
      { cause: error },
    );
  }
}

function nextPart(reader: { bytes: Buffer; at: number }): string {
  const start = reader.at + 4;
  const end = start + reader.bytes.readUInt32BE(reader.at);
  if (end > reader.bytes.length) throw new RangeError('shorter than it says');
  reader.at = end;
  return reader.bytes.toString('utf8', start, end);
}
