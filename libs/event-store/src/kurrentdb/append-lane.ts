import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { StoreUnavailableError } from '@waymark/kernel';
import { AppendCall, type Taken } from './append-call.js';
import type { OutgoingAppend } from './append-request.js';
import type { KurrentConnection } from './connection.js';
import { asStoreError, isLateAnswer, isNeverTaken, isNotThere, NoAnswerError, notThere } from './kurrent-errors.js';
import { Backoff, within } from './timing.js';

/** Appends, and bytes of them, that are under way at once: what may have to be sent again, and a server's memory. */
const MOST_UNDER_WAY = 128;
const MOST_BYTES_UNDER_WAY = 4 * 1024 * 1024;

/** The append was not recorded as far as is known, and others that were handed over later were. `mayBeThere`: it may be recorded yet. */
export class OvertakenError extends Error {
  constructor(readonly mayBeThere: boolean) {
    super('Appends handed over later are recorded, and this one may not be');
  }
}

/** Nobody served the append for as long as an outage may last, or the store was closed. `mayBeThere`: it may be recorded all the same. */
export class UnservedError extends Error {
  constructor(
    override readonly cause: StoreUnavailableError,
    readonly mayBeThere: boolean,
  ) {
    super(cause.message, { cause });
  }
}

/** An append to be sent, in the order in which it was handed over. */
interface Entry {
  readonly append: OutgoingAppend;
  readonly bytes: number;
  /** Instant after which it is not sent again, in milliseconds. */
  readonly until: number;
  /** Whether others that were handed over later are known to be recorded. */
  readonly isOvertaken: () => boolean;
  /** When it went out over the present call, in milliseconds; undefined when it did not or was turned away. */
  sentAt: number | undefined;
  /** Turned away for the time being, by a server that may have taken those behind it. */
  isPassed: boolean;
  mayBeThere: boolean;
  readonly resolve: (taken: Taken) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Carries appends to the server in the order in which they were handed over, many under way at once. After any trouble all that were not
 * answered go out again in that order, ahead of those that came later: the same ids at the same first expected revision, which a server takes as
 * done when it has them. So none overtakes another; one that was overtaken by the server's doing is not sent again.
 */
export class AppendLane {
  private readonly pending = new Map<number, Entry>();
  /** Number of the next append that is handed over, and of the next one to go out. */
  private end = 0;
  private next = 0;
  private underWay = 0;
  private bytesUnderWay = 0;
  private call: AppendCall | undefined;
  /** Whose call it is. */
  private client: KurrentDBClient | undefined;
  private isConnecting = false;
  /** Why no more go out over this call: it turned one away, and the others are waited for. */
  private turnedAway: unknown;
  private watch: NodeJS.Timeout | undefined;
  private readonly backoff = new Backoff(20, 500);

  constructor(private readonly connection: KurrentConnection) {}

  /** Throws OvertakenError, UnservedError, and the client's errors that a server answers for good. */
  send(append: OutgoingAppend, isOvertaken: () => boolean): Promise<Taken> {
    const bytes = append.events.reduce((sum, { metadata, data }) => sum + metadata.byteLength + data.byteLength, 0);
    const until = Date.now() + this.connection.patience.outage;
    return new Promise((resolve, reject) => {
      const state = { sentAt: undefined, isPassed: false, mayBeThere: false };
      this.pending.set(this.end, { append, bytes, until, isOvertaken, ...state, resolve, reject });
      this.end += 1;
      this.sendOn();
    });
  }

  /** Call once nothing is under way. */
  close(): void {
    clearTimeout(this.watch);
    this.call?.end();
    this.call = undefined;
  }

  private sendOn(): void {
    if (this.call === undefined) {
      if (!this.isConnecting && this.pending.size > 0) void this.connect();
      return;
    }
    for (; this.next < this.end && this.turnedAway === undefined && this.hasRoom(); this.next += 1) {
      const entry = this.pending.get(this.next);
      if (entry !== undefined) this.sendOut(this.call, this.next, entry);
    }
    this.watch ??= setTimeout(() => this.look(), this.connection.patience.call).unref();
  }

  private hasRoom(): boolean {
    return this.underWay < MOST_UNDER_WAY && this.bytesUnderWay < MOST_BYTES_UNDER_WAY;
  }

  private sendOut(call: AppendCall, number: number, entry: Entry): void {
    if (entry.isPassed || entry.isOvertaken()) {
      this.pending.delete(number);
      entry.reject(new OvertakenError(entry.mayBeThere));
      return;
    }
    entry.sentAt = Date.now();
    this.underWay += 1;
    this.bytesUnderWay += entry.bytes;
    call.send(number, entry.append);
  }

  /** Gives the call up when the oldest append under way has waited too long. */
  private look(): void {
    this.watch = undefined;
    const oldest = [...this.pending.values()].find(({ sentAt }) => sentAt !== undefined);
    if (oldest === undefined || this.call === undefined) return;
    const { call: patience } = this.connection.patience;
    const rest = oldest.sentAt! + patience - Date.now();
    if (rest <= 0) this.fail(new NoAnswerError(patience));
    else this.watch = setTimeout(() => this.look(), rest).unref();
  }

  private async connect(): Promise<void> {
    this.isConnecting = true;
    while (this.call === undefined && this.pending.size > 0) {
      try {
        await this.open();
      } catch (error) {
        this.goBack(error);
        await this.connection.pause(this.backoff);
      }
    }
    this.isConnecting = false;
    this.sendOn();
  }

  private async open(): Promise<void> {
    const client = this.connection.client();
    this.client = client;
    let failure: Error | undefined;
    const opening = AppendCall.open(client, {
      taken: (number, taken) => this.answered(number, (entry) => entry.resolve(taken)),
      refused: (number, error) =>
        isNotThere(error) ? this.turnAway(number, error) : this.answered(number, (entry) => entry.reject(error)),
      over: (error) => {
        failure = error;
        this.fail(error);
      },
    });
    try {
      const call = await within(this.connection.patience.call, opening);
      if (failure !== undefined) throw failure;
      this.call = call;
    } catch (error) {
      void opening.then((late) => late.end()).catch(() => undefined);
      throw error;
    }
  }

  private answered(number: number, settle: (entry: Entry) => void): void {
    const entry = this.pending.get(number);
    if (entry === undefined) return;
    this.pending.delete(number);
    this.backoff.reset();
    this.landed(entry);
    settle(entry);
    this.afterAnswer();
  }

  /** The server does not take the append just now. What it did to those sent behind it must be known before it goes out again. */
  private turnAway(number: number, error: unknown): void {
    const entry = this.pending.get(number);
    if (entry === undefined) return;
    this.landed(entry);
    entry.isPassed = true;
    entry.mayBeThere ||= !isNeverTaken(error);
    this.turnedAway = error;
    this.afterAnswer();
  }

  private landed(entry: Entry): void {
    if (entry.sentAt === undefined) return;
    entry.sentAt = undefined;
    this.underWay -= 1;
    this.bytesUnderWay -= entry.bytes;
  }

  private afterAnswer(): void {
    const error = this.turnedAway;
    if (error !== undefined && this.underWay > 0) return;
    if (error !== undefined) {
      // Everybody behind was answered: whoever was recorded is known, and counts when this one is sent again.
      for (const entry of this.pending.values()) entry.isPassed = false;
      if (!isLateAnswer(error)) return this.fail(error);
      this.goBack(error);
    }
    if (this.next < this.end) this.sendOn();
  }

  /** The call is of no more use: what was not answered goes out again over another one. */
  private fail(error: unknown): void {
    const { call } = this;
    if (call === undefined) return;
    call.end();
    this.call = undefined;
    this.isConnecting = true;
    this.goBack(error);
    void this.connection.pause(this.backoff).then(() => this.connect());
  }

  private goBack(error: unknown): void {
    this.turnedAway = undefined;
    if (isNotThere(error) && !isLateAnswer(error) && this.client !== undefined) this.connection.replace(this.client);
    for (const [number, entry] of this.pending) {
      if (entry.sentAt !== undefined) {
        this.landed(entry);
        entry.mayBeThere ||= !isNeverTaken(error);
      }
      if (isNotThere(error) && Date.now() < entry.until) continue;
      this.pending.delete(number);
      entry.reject(this.unserved(error, entry));
    }
    this.next = this.pending.keys().next().value ?? this.end;
  }

  private unserved(error: unknown, { mayBeThere }: Entry): unknown {
    const { server } = this.connection;
    const cause = isNotThere(error) ? notThere(error, server) : asStoreError(error, server);
    return cause instanceof StoreUnavailableError ? new UnservedError(cause, mayBeThere) : cause;
  }
}
