import { setTimeout as passing } from 'node:timers/promises';
import { END, jsonEvent } from '@kurrent/kurrentdb-client';
import { shownServer } from '../kurrent-address.js';
import { clientMaker, KurrentConnection, usualPatience } from './connection.js';
import { isStreamNotFound, isWrongExpected } from './kurrent-errors.js';
import { within } from './timing.js';

export interface RecordUseOptions {
  /** Connection string of the client. */
  readonly url: string;
  /** Who uses the record: the same after a restart, and nobody else's. */
  readonly user: string;
  /** SHARED beside others who share, ALONE beside nobody. */
  readonly as: 'SHARED' | 'ALONE';
  /** Told when somebody who may not has begun to use it too, which takes that this one gave no sign of life for long. */
  readonly onLost?: () => void;
  /** Milliseconds between two signs of life. */
  readonly beatMs?: number;
}

interface User {
  readonly as: RecordUseOptions['as'];
  /** Another number with each sign of life. */
  readonly beat: number;
}
type Users = Readonly<Record<string, User>>;

/** Who uses the record as of a revision of the metadata that says it. */
interface Standing {
  readonly users: Users;
  readonly revision: bigint | 'no_stream';
}

/** Metadata of a stream that has no events: the server keeps its newest alone, and readers of the record pass it by. */
const METADATA = '$$waymark-use';
const BEAT_MS = 10_000;
/** Signs of life that somebody who is alive never misses all of. */
const DEAD_AFTER = 3;
const MOST_ATTEMPTS = 10;

/**
 * Says in a record on KurrentDB that a process uses it, for as long as it does: others who must be alone with it are refused meanwhile. The
 * server has no lock that ends with a connection, so life shows by signs, and by nobody's clock: who finds another one there waits for
 * the next sign of it. Users who left, and the same user after a kill, are not waited for.
 */
export class RecordUse {
  private readonly beatMs: number;
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<unknown> = Promise.resolve();
  private isLost = false;

  private constructor(
    private readonly connection: KurrentConnection,
    private readonly options: RecordUseOptions,
  ) {
    this.beatMs = options.beatMs ?? BEAT_MS;
  }

  /** Undefined when the use of others forbids it. Throws StoreUnavailableError. */
  static async take(options: RecordUseOptions): Promise<RecordUse | undefined> {
    const make = clientMaker(options.url);
    const use = new RecordUse(new KurrentConnection(make, shownServer(options.url), usualPatience), options);
    try {
      if (await use.enter()) return use;
    } catch (error) {
      await use.connection.close();
      throw error;
    }
    await use.connection.close();
    return undefined;
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
    const { user } = this.options;
    await this.change(({ [user]: _, ...others }) => others).catch(() => undefined);
    await this.connection.close();
  }

  private async enter(): Promise<boolean> {
    for (;;) {
      const standing = await this.withoutDead(await this.read());
      if (standing === undefined) return false;
      if (!(await this.write(standing, this.withSign(standing.users)))) continue;
      this.timer = setInterval(() => void (this.beating = this.beat()), this.beatMs).unref();
      return true;
    }
  }

  /** The standing without rivals who give no sign of life; undefined as soon as one does. */
  private async withoutDead(first: Standing): Promise<Standing | undefined> {
    const until = performance.now() + DEAD_AFTER * this.beatMs;
    for (let now = first; ; now = await this.read()) {
      const rivals = this.rivals(now.users);
      if (rivals.some((id) => first.users[id]?.beat !== now.users[id]!.beat)) return undefined;
      if (rivals.length === 0 || performance.now() > until) {
        const users = Object.entries(now.users).filter(([id]) => !rivals.includes(id));
        return { ...now, users: Object.fromEntries(users) };
      }
      await passing(this.beatMs / 4);
    }
  }

  private async beat(): Promise<void> {
    const isLost = await this.change((users) => (this.rivals(users).length > 0 ? users : this.withSign(users))).then(
      (users) => this.rivals(users).length > 0,
      // The server is away: nobody else reaches it either, or the next sign tells.
      () => this.isLost,
    );
    if (isLost && !this.isLost) this.options.onLost?.();
    this.isLost = isLost;
  }

  private rivals(users: Users): string[] {
    const { user, as } = this.options;
    return Object.keys(users).filter((id) => id !== user && (as === 'ALONE' || users[id]!.as === 'ALONE'));
  }

  private withSign(users: Users): Users {
    const { user, as } = this.options;
    return { ...users, [user]: { as, beat: (users[user]?.beat ?? 0) + 1 } };
  }

  /** Changes who uses the record, however others change it meanwhile; answers what it has become. */
  private async change(to: (users: Users) => Users): Promise<Users> {
    for (let attempts = 1; ; attempts += 1) {
      const standing = await this.read();
      const users = to(standing.users);
      if (users === standing.users || (await this.write(standing, users)) || attempts === MOST_ATTEMPTS) return users;
    }
  }

  private async read(): Promise<Standing> {
    const [last] = await this.connection.call((client) =>
      this.connection
        .read(client, client.readStream(METADATA, { direction: 'backwards', fromRevision: END, maxCount: 1 }))
        .catch((error: unknown) => {
          if (isStreamNotFound(error)) return [];
          throw error;
        }),
    );
    const event = last?.event;
    if (event === undefined) return { users: {}, revision: 'no_stream' };
    return { users: (event.data as unknown as { users?: Users }).users ?? {}, revision: event.revision };
  }

  /** False when somebody else has written since. Sent again after a lost answer, it is recognised by the server. */
  private async write({ revision: streamState }: Standing, users: Users): Promise<boolean> {
    const event = jsonEvent({ type: '$metadata', data: { users } });
    return this.connection.call((client) =>
      within(this.connection.patience.call, client.appendToStream(METADATA, event, { streamState })).then(
        () => true,
        (error: unknown) => {
          if (isWrongExpected(error)) return false;
          throw error;
        },
      ),
    );
  }
}
