import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** Where a sealed text belongs. It opens there and nowhere else: all four are bound into its key and its tag. */
export interface FieldPlace {
  readonly personId: string;
  /** Counts the keys of one person from 1. */
  readonly generation: number;
  readonly eventId: string;
  /** Name of the member that holds the text. */
  readonly path: string;
}

/**
 * MALFORMED: not a sealed text at all. OTHER_PERSON: sealed for somebody else. NO_KEY: the person's key does not exist here
 * (any more). NOT_GENUINE: the text was altered, moved, or sealed under another key. NO_MASTER: the master key does not fit.
 */
export type SealFailure = 'MALFORMED' | 'OTHER_PERSON' | 'NO_KEY' | 'NOT_GENUINE' | 'NO_MASTER';

/** A sealed text or a wrapped key that does not open. The message never holds what was sealed. */
export class SealError extends Error {
  constructor(
    readonly reason: SealFailure,
    message: string,
  ) {
    super(message);
    this.name = 'SealError';
  }
}

const COMMITMENT = 16;
const IV = 12;
const TAG = 16;
const BLOCK = 16;
const FORM =
  /^enc:1:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}):([1-9][0-9]{0,8}):([A-Za-z0-9+/]+={0,2})$/;

/** The parts of a sealed text. Throws SealError MALFORMED; base64 with spare bits or a wrong length is malformed too. */
export function parseSealed(text: string): { personId: string; generation: number; body: Buffer } {
  const match = FORM.exec(text);
  if (match === null) throw new SealError('MALFORMED', 'This is not a sealed text.');
  const body = Buffer.from(match[3]!, 'base64');
  const padded = body.length - COMMITMENT - IV - TAG;
  if (body.toString('base64') !== match[3] || padded < BLOCK || padded % BLOCK !== 0) {
    throw new SealError('MALFORMED', 'This sealed text has a wrong length or alphabet.');
  }
  return { personId: match[1]!, generation: Number(match[2]), body };
}

/** `enc:1:<personId>:<generation>:<base64(commitment ‖ iv ‖ ciphertext ‖ tag)>`; the padding hides lengths up to 16 bytes. */
export function sealText(personKey: Buffer, place: FieldPlace, text: string): string {
  const aad = placeBytes(place);
  const key = fieldKey(personKey, aad);
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad);
  const ciphertext = Buffer.concat([cipher.update(padded(text)), cipher.final()]);
  const body = Buffer.concat([commitmentTo(key), iv, ciphertext, cipher.getAuthTag()]);
  return `enc:1:${place.personId}:${place.generation}:${body.toString('base64')}`;
}

/** The reverse of {@link sealText} for the body of a parsed text. Throws SealError NOT_GENUINE. */
export function openText(personKey: Buffer, place: FieldPlace, body: Buffer): string {
  const aad = placeBytes(place);
  const key = fieldKey(personKey, aad);
  // GCM does not commit to its key: without this check one ciphertext could open to two texts under two keys.
  if (!timingSafeEqual(commitmentTo(key), body.subarray(0, COMMITMENT))) throw notGenuine();
  const iv = body.subarray(COMMITMENT, COMMITMENT + IV);
  const ciphertext = body.subarray(COMMITMENT + IV, body.length - TAG);
  return unpadded(decrypt(key, iv, aad, ciphertext, body.subarray(body.length - TAG)));
}

/** Key under key: iv ‖ ciphertext ‖ tag. `aad` says which key it is and under which master it lies. */
export function wrapKey(master: Buffer, aad: string, key: Buffer): Buffer {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', master, iv).setAAD(Buffer.from(aad));
  return Buffer.concat([iv, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}

/** The reverse of {@link wrapKey}. Throws SealError NOT_GENUINE for a key moved to another name or master. */
export function unwrapKey(master: Buffer, aad: string, wrapped: Uint8Array): Buffer {
  const bytes = Buffer.from(wrapped);
  if (bytes.length < IV + TAG + 1) throw notGenuine();
  const ciphertext = bytes.subarray(IV, bytes.length - TAG);
  return decrypt(master, bytes.subarray(0, IV), Buffer.from(aad), ciphertext, bytes.subarray(bytes.length - TAG));
}

function decrypt(key: Buffer, iv: Buffer, aad: Buffer, ciphertext: Buffer, tag: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG }).setAAD(aad).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    throw notGenuine();
  }
}

function notGenuine(): SealError {
  return new SealError('NOT_GENUINE', 'This was altered, or moved from where it was sealed.');
}

function placeBytes({ personId, generation, eventId, path }: FieldPlace): Buffer {
  return Buffer.from(`waymark-field/1\n${personId}\n${generation}\n${eventId}\n${path}`);
}

function fieldKey(personKey: Buffer, info: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', personKey, Buffer.alloc(0), info, 32));
}

function commitmentTo(key: Buffer): Buffer {
  return createHash('sha256').update('waymark-key-commitment/1\n').update(key).digest().subarray(0, COMMITMENT);
}

function padded(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.toString() !== text) throw new TypeError('A text with half a character cannot be sealed');
  const plain = Buffer.alloc(Math.ceil((4 + bytes.length) / BLOCK) * BLOCK);
  plain.writeUInt32BE(bytes.length);
  bytes.copy(plain, 4);
  return plain;
}

function unpadded(plain: Buffer): string {
  const end = 4 + plain.readUInt32BE();
  if (end > plain.length || plain.subarray(end).some((byte) => byte !== 0)) throw notGenuine();
  return plain.subarray(4, end).toString();
}
