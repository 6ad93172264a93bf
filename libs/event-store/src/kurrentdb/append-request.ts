// The protocol buffers of one request of the call `BatchAppend` (EventStoreDB 21.10 and later). The client's own way to them builds an object for
// each part and writes every event twice, once to know its size; here the bytes are counted first and written once.
import type { ExpectedRevision, StreamName } from '@waymark/kernel';

/** What is sent for an event: metadata and data in the very bytes that its digest is made of. */
export interface OutgoingEvent {
  /** UUID with dashes. */
  readonly id: string;
  readonly type: string;
  readonly metadata: Uint8Array;
  readonly data: Uint8Array;
}

/** An append as it goes to a server. */
export interface OutgoingAppend {
  readonly stream: StreamName;
  readonly expected: ExpectedRevision;
  readonly events: readonly OutgoingEvent[];
}

/** Tags: the field's number and how it is written. */
const TAG = {
  id: 0x0a,
  idText: 0x12,
  options: 0x12,
  event: 0x1a,
  identifier: 0x0a,
  streamName: 0x1a,
  revision: 0x10,
  noStream: 0x1a,
  deadline: 0x32,
  seconds: 0x08,
  nanoseconds: 0x10,
  mapEntry: 0x12,
  mapValue: 0x12,
  metadata: 0x1a,
  data: 0x22,
} as const;

const UUID_BYTES = 36;
/** An id as a message of its own, its length and tag included. */
const ID_BYTES = 4 + UUID_BYTES;
/** `metadata["content-type"]`. As JSON a server's own tools would show the bytes, but the client would write them anew. */
const CONTENT_TYPE = mapEntry('content-type', 'application/octet-stream');
const TYPE_KEY = Buffer.from('\x0a\x04type', 'latin1');
const IS_FINAL = Buffer.from([0x20, 1]);
/**
 * The request that carries an append whole. `correlation` is a UUID by which its answer is known; a server that takes the request up after
 * `deadline` (milliseconds since 1970, by its own clock) refuses it.
 */
export function appendRequest(
  { stream, expected, events }: OutgoingAppend,
  correlation: string,
  deadline: number,
): Buffer {
  const name = Buffer.byteLength(stream);
  const time = { seconds: Math.floor(deadline / 1_000), nanoseconds: (deadline % 1_000) * 1_000_000 };
  const timeBytes = 2 + numberBytes(time.seconds) + numberBytes(time.nanoseconds);
  const expectedBytes = expected === 'NO_STREAM' ? 2 : 1 + numberBytes(expected);
  const optionsBytes = partBytes(partBytes(name)) + expectedBytes + partBytes(timeBytes);
  const sizes = events.map(eventBytes);
  const total = sizes.reduce(
    (sum, size) => sum + partBytes(size),
    ID_BYTES + partBytes(optionsBytes) + IS_FINAL.length,
  );
  const writer = new Writer(total);
  writer.id(correlation);
  writer.head(TAG.options, optionsBytes);
  writer.head(TAG.identifier, partBytes(name));
  writer.text(TAG.streamName, stream, name);
  if (expected === 'NO_STREAM') writer.head(TAG.noStream, 0);
  else writer.head(TAG.revision, expected);
  writer.head(TAG.deadline, timeBytes);
  writer.head(TAG.seconds, time.seconds);
  writer.head(TAG.nanoseconds, time.nanoseconds);
  events.forEach((event, index) => {
    writer.head(TAG.event, sizes[index]!);
    writer.event(event);
  });
  writer.raw(IS_FINAL);
  return writer.bytes;
}

class Writer {
  readonly bytes: Buffer;
  private at = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  /** A tag and a number: a value, or the length of what follows. */
  head(tag: number, number: number): void {
    this.bytes[this.at] = tag;
    this.at += 1;
    let rest = number;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
      this.bytes[this.at] = (rest % 0x80) | 0x80;
      this.at += 1;
    }
    this.bytes[this.at] = rest;
    this.at += 1;
  }

  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.byteLength;
  }

  text(tag: number, text: string, length: number): void {
    this.head(tag, length);
    this.at += this.bytes.write(text, this.at, length, 'utf8');
  }

  id(uuid: string): void {
    this.head(TAG.id, 2 + UUID_BYTES);
    this.head(TAG.idText, UUID_BYTES);
    this.at += this.bytes.write(uuid, this.at, UUID_BYTES, 'latin1');
  }

  event({ id, type, metadata, data }: OutgoingEvent): void {
    const length = Buffer.byteLength(type);
    this.id(id);
    this.head(TAG.mapEntry, TYPE_KEY.length + partBytes(length));
    this.raw(TYPE_KEY);
    this.text(TAG.mapValue, type, length);
    this.raw(CONTENT_TYPE);
    this.head(TAG.metadata, metadata.byteLength);
    this.raw(metadata);
    this.head(TAG.data, data.byteLength);
    this.raw(data);
  }
}

function eventBytes({ type, metadata, data }: OutgoingEvent): number {
  const typeBytes = partBytes(TYPE_KEY.length + partBytes(Buffer.byteLength(type)));
  return ID_BYTES + typeBytes + CONTENT_TYPE.length + partBytes(metadata.byteLength) + partBytes(data.byteLength);
}

/** Bytes of a part of a message: its tag, its length, and itself. */
function partBytes(length: number): number {
  return 1 + numberBytes(length) + length;
}

function numberBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}

/** An entry of a map of short texts. */
function mapEntry(key: string, value: string): Buffer {
  const member = (tag: number, text: string) => [tag, text.length, ...Buffer.from(text)];
  const members = [...member(0x0a, key), ...member(TAG.mapValue, value)];
  return Buffer.from([TAG.mapEntry, members.length, ...members]);
}
