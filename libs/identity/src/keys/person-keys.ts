import { createHash, createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { EventId, FieldSealer } from '@waymark/kernel';
import { KeyDatabase, type KeyStore, type WrappedKey } from './key-database.js';
import { createPrivateFile, PrivateFileError, readPrivateFile } from './private-file.js';
import { openText, parseSealed, SealError, sealText, unwrapKey, wrapKey } from './sealed-field.js';

const MASTER_FORM = /^waymark-master\/1 ([A-Za-z0-9+/]{43}=)\n$/;
const MOST_KEYS_HELD = 10_000;
const SECRETS = ['inputMac', 'account'] as const;

/**
 * Seals and opens personal texts under one key per person, and keeps the keys of the input MAC and of account names.
 * The key of a person is drawn before the first text and kept for good before it is used. Where keys lie on a server, `hold` or `load` comes
 * before sealing and opening, which are synchronous.
 */
export class PersonKeys implements FieldSealer {
  private readonly masterId: string;
  private readonly held = new Map<string, Buffer>();
  private macKey: Buffer | undefined;
  private accountKey: Buffer | undefined;

  constructor(
    private readonly database: KeyStore,
    private readonly master: Buffer,
  ) {
    this.masterId = createHash('sha256').update('waymark-master-id/1\n').update(master).digest('hex').slice(0, 16);
  }

  /**
   * Opens the `keys` folder of a data folder: `keys.db`, and `master.key` unless that file lies elsewhere; both made when they are new.
   * Throws PrivateFileError when others may read the master key, when it is damaged, or when it is missing while keys exist.
   */
  static open(dataDir: string, masterFile?: string): PersonKeys {
    const folder = join(dataDir, 'keys');
    const file = masterFile ?? join(folder, 'master.key');
    const kept = readPrivateFile(file);
    const database = new KeyDatabase(join(folder, 'keys.db'));
    try {
      if (kept === undefined && !database.isEmpty()) {
        throw new PrivateFileError(
          `${file} is missing, and ${folder}/keys.db cannot be opened without it. Put it back.`,
        );
      }
      return new PersonKeys(database, masterFrom(file, kept ?? newMaster(file)));
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /**
   * Opens keys of a server that several processes share; all of them have the same master key in a file of their own, which is made for the first
   * key of all. Throws PrivateFileError as `open` does, SealError NO_MASTER under another master key, StoreUnavailableError.
   */
  static async shared(store: KeyStore, masterFile: string): Promise<PersonKeys> {
    const kept = readPrivateFile(masterFile);
    if (kept === undefined && !(await store.isEmpty())) {
      throw new PrivateFileError(
        `${masterFile} is missing, and the keys at KEYS_URL cannot be opened without it. Copy it from where Waymark runs already.`,
      );
    }
    const keys = new PersonKeys(store, masterFrom(masterFile, kept ?? newMaster(masterFile)));
    for (const name of SECRETS) {
      if (store.secret(name) === undefined) await store.addSecret(name, keys.wrap(secretLabel(name), randomBytes(32)));
      keys.secret(name);
    }
    return keys;
  }

  /** Keys that live as long as the process: for tests, and for tools that record nothing. */
  static inMemory(): PersonKeys {
    return new PersonKeys(new KeyDatabase(':memory:'), randomBytes(32));
  }

  /** Draws the keys of those who have none, and has the keys of all at hand. Throws StoreUnavailableError. */
  async hold(personIds: readonly string[]): Promise<void> {
    await this.load(personIds);
    for (const personId of personIds) {
      if (this.database.generationOf(personId) === 0) await this.addDrawn(personId, 1);
    }
  }

  /** Has the keys of these persons at hand, as far as there are any. Throws StoreUnavailableError. */
  async load(personIds: readonly string[]): Promise<void> {
    await this.database.load?.(personIds);
  }

  seal(personId: string, eventId: EventId, path: string, text: string): string {
    const generation = Math.max(1, this.database.generationOf(personId));
    const key = this.keyOf(personId, generation) ?? this.draw(personId, generation);
    return sealText(key, { personId, generation, eventId, path }, text);
  }

  /** The reverse of `seal`. Throws SealError unless the text was sealed for this person, this event and this member. */
  open(personId: string, eventId: EventId, path: string, sealed: string): string {
    const { personId: named, generation, body } = parseSealed(sealed);
    if (named !== personId) throw new SealError('OTHER_PERSON', 'This text was sealed for another person.');
    const key = this.keyOf(personId, generation);
    if (key === undefined) throw new SealError('NO_KEY', 'The key of this person does not exist here.');
    return openText(key, { personId, generation, eventId, path }, body);
  }

  /** HMAC-SHA-256, hexadecimal, under a key of this installation: tells a repeated input from another without keeping the input. */
  inputMac(canonicalInput: string): string {
    this.macKey ??= this.secret('inputMac');
    return createHmac('sha256', this.macKey).update(canonicalInput).digest('hex');
  }

  /**
   * The name under which an account is kept, hexadecimal: it tells nothing about the subject, not even to whoever holds the
   * events and a list of addresses to try, and is another one in each installation.
   */
  accountHash(issuer: string, subject: string): string {
    this.accountKey ??= this.secret('account');
    const account = `waymark-account/1\n${Buffer.byteLength(issuer)}:${issuer}\n${subject}`;
    return createHmac('sha256', this.accountKey).update(account).digest('hex');
  }

  async close(): Promise<void> {
    this.held.clear();
    await this.database.close();
  }

  private keyOf(personId: string, generation: number): Buffer | undefined {
    const name = `${personId}\n${generation}`;
    const held = this.held.get(name);
    if (held !== undefined) return held;
    const wrapped = this.database.personKey(personId, generation);
    if (wrapped === undefined) return undefined;
    const key = this.unwrap(name, wrapped);
    if (this.held.size >= MOST_KEYS_HELD) this.held.clear();
    this.held.set(name, key);
    return key;
  }

  private draw(personId: string, generation: number): Buffer {
    if (this.database.load !== undefined) throw new TypeError('Keys on a server are held before something is sealed');
    void this.addDrawn(personId, generation);
    return this.keyOf(personId, generation)!;
  }

  private addDrawn(personId: string, generation: number): void | Promise<void> {
    return this.database.addPersonKey(personId, generation, this.wrap(`${personId}\n${generation}`, randomBytes(32)));
  }

  private secret(name: (typeof SECRETS)[number]): Buffer {
    const label = secretLabel(name);
    if (this.database.secret(name) === undefined) void this.database.addSecret(name, this.wrap(label, randomBytes(32)));
    return this.unwrap(label, this.database.secret(name)!);
  }

  private wrap(name: string, key: Buffer): WrappedKey {
    return { masterId: this.masterId, wrapped: wrapKey(this.master, this.wrapPlace(name), key) };
  }

  private unwrap(name: string, { masterId, wrapped }: WrappedKey): Buffer {
    if (masterId !== this.masterId) {
      throw new SealError(
        'NO_MASTER',
        'The keys were written under another master key. Put the right master.key back (MASTER_KEY_FILE).',
      );
    }
    return unwrapKey(this.master, this.wrapPlace(name), wrapped);
  }

  private wrapPlace(name: string): string {
    return `waymark-wrap/1\n${name}\n${this.masterId}`;
  }
}

function secretLabel(name: string): string {
  return `secret:${name}\n1`;
}

function newMaster(file: string): string {
  return createPrivateFile(file, `waymark-master/1 ${randomBytes(32).toString('base64')}\n`);
}

function masterFrom(file: string, text: string): Buffer {
  const match = MASTER_FORM.exec(text);
  if (match === null) throw new PrivateFileError(`${file} is damaged: it does not hold a master key. Put back a copy.`);
  return Buffer.from(match[1]!, 'base64');
}
