import { hash, randomBytes, randomUUID } from 'node:crypto';

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** Id of one recorded event: a UUID, derived from the command's id and the event's ordinal, so that a retry writes the same ids. */
export type EventId = Branded<string, 'EventId'>;
/** Id of one accepted command: a UUID derived from account, mutation and idempotency key. */
export type CommandId = Branded<string, 'CommandId'>;
/** Opaque, permanent id of an organisation. Codes and names are dated attributes and never serve as identity. */
export type OrganisationId = Branded<string, 'OrganisationId'>;
/** Opaque random id of a person. Names and addresses live in identity events alone, sealed. */
export type PersonId = Branded<string, 'PersonId'>;
/** `category-part_part`: the category has no dash, parts have no underscore. Built by {@link streamName} alone. */
export type StreamName = Branded<string, 'StreamName'>;

/** The actor of bootstrap, import and policy commands: not a person, holds every right, never signs in. */
export const SYSTEM_PERSON = '00000000-0000-8000-8000-000000000001' as PersonId;
/** The organisation the system actor stands for: the operator of this installation. */
export const OPERATOR_ORGANISATION = '00000000-0000-8000-8000-000000000002' as OrganisationId;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether the text has the canonical (lower-case, dashed) form of a UUID. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** A UUID (version 8, RFC 9562 §5.8) over the parts: the same parts give the same id, in every process. */
export function derivedUuid(...parts: readonly string[]): string {
  const told = parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join('');
  const bytes = hash('sha256', told, 'buffer').subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return uuidFromBytes(bytes);
}

/** A random UUID (version 4). */
export function randomId(): string {
  return randomUUID();
}

/** A fresh 16-byte nonce, base64: drawn per event, so that a short event cannot be guessed from its digest. */
export function randomNonce(): string {
  return randomBytes(16).toString('base64');
}

/** The dashed form of 16 bytes. */
export function uuidFromBytes(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The 16 bytes of a UUID. */
export function uuidBytes(uuid: string): Buffer {
  if (!UUID.test(uuid)) throw new TypeError(`Not a UUID: ${uuid}`);
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/**
 * The name of a stream. Throws a TypeError for a category that is not camelCase, or a part that is empty or holds
 * a character outside `[A-Za-z0-9.-]`: names must survive every store (KurrentDB splits categories at the first dash).
 */
export function streamName(category: string, ...parts: readonly string[]): StreamName {
  if (!/^[a-z][A-Za-z0-9]*$/.test(category)) throw new TypeError(`Not a stream category: ${category}`);
  if (parts.length === 0) throw new TypeError(`A stream of ${category} needs an id`);
  for (const part of parts) {
    if (!/^[A-Za-z0-9.-]+$/.test(part)) throw new TypeError(`Not a stream id part: ${JSON.stringify(part)}`);
  }
  return `${category}-${parts.join('_')}` as StreamName;
}

/** The category of a stream: what stands before the first dash. */
export function streamCategory(stream: string): string {
  const dash = stream.indexOf('-');
  return dash < 0 ? stream : stream.slice(0, dash);
}
