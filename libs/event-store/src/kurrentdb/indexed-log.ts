import { type EventId, type OrganisationId, StoreUnavailableError, type StoredEvent, uuidBytes } from '@waymark/kernel';
import type { LogReader } from './log-reader.js';
import { type Place, PlaceIndex } from './place-index.js';
import { within } from './timing.js';

/** Events taken into the index at once. */
const PAGE = 1_000;
/** Longest wait of a question for an index that is far behind, in milliseconds. */
const MOST_WAIT = 30_000;
/** Events of one stream that lie this close together are fetched with one call. */
const CLOSE = 16;

/**
 * Look-ups by id and by organisation, which the server does not have: an index beside it that is brought up to the end of the log before
 * each answer, so that it never misses what was committed before the question.
 */
export class IndexedLog {
  private index: PlaceIndex | undefined;
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;
  private isClosed = false;

  constructor(
    private readonly reader: LogReader,
    private readonly file: string,
  ) {}

  /** The events with these ids, in store order. */
  async withIds(eventIds: readonly EventId[]): Promise<StoredEvent[]> {
    const unique = [...new Set(eventIds)];
    if (unique.length === 0) return [];
    if (unique.some((id) => this.index?.withId(id) === undefined)) await this.catchUp();
    return this.events(unique.flatMap((id) => this.index!.withId(id) ?? []));
  }

  /** Events that belong to the organisation, in store order. */
  async ofOrganisation(
    organisation: OrganisationId,
    after: number,
    limit: number,
    types: readonly string[] | undefined,
  ): Promise<StoredEvent[]> {
    await this.catchUp();
    return this.events(this.index!.ofOrganisation(organisation, after, limit, types));
  }

  /** Where the event stands, as far as the index has come; it is not brought up to date. */
  knownPlace(eventId: Buffer): Place | undefined {
    return this.index?.withId(eventId);
  }

  /** Position up to which the index knows the log. */
  get position(): number {
    return this.index?.last().position ?? 0;
  }

  /** Everything committed before this call is in the index afterwards. Throws StoreUnavailableError. */
  async catchUp(): Promise<void> {
    // Whoever comes while one run is under way shares the next one: that one reads the end of the log after they came.
    this.next ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        this.running = this.fill();
        return this.running;
      });
    await within(MOST_WAIT, this.next).catch((error: unknown) => {
      if (error instanceof Error && error.name !== 'NoAnswerError') throw error;
      throw new StoreUnavailableError(
        `The index of events is still being made; it has come to position ${this.position}. Ask again in a minute.`,
        'UNREACHABLE',
        { cause: error },
      );
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled([this.running, this.next]);
    this.index?.close();
  }

  private async fill(): Promise<void> {
    if (this.isClosed) return;
    this.index ??= await this.open();
    for (;;) {
      const page = await this.reader.after(this.position, PAGE);
      if (page.length > 0) this.index.add(page);
      if (page.length < PAGE || this.isClosed) return;
    }
  }

  /** Opens the index; one that was made from another log, or from one that was set back since, is emptied. */
  private async open(): Promise<PlaceIndex> {
    const index = new PlaceIndex(this.file);
    const { position, eventId } = index.last();
    if (eventId === undefined) return index;
    const there = await this.reader.at(position);
    if (there === undefined || !uuidBytes(there.eventId).equals(eventId)) index.clear();
    return index;
  }

  private async events(places: readonly Place[]): Promise<StoredEvent[]> {
    const wanted = new Set(places.map(({ position }) => position));
    const found = await this.reader.each(runsOf(places), ({ stream, from, to }) =>
      this.reader.stream(stream, from, to - from + 1),
    );
    return found
      .flat()
      .filter(({ position }) => wanted.has(position))
      .sort((one, other) => one.position - other.position);
  }
}

interface Run {
  readonly stream: Place['stream'];
  readonly from: number;
  to: number;
}

/** The places as stretches of streams, each to be read with one call. */
function runsOf(places: readonly Place[]): Run[] {
  const runs: Run[] = [];
  const inStreams = [...places].sort((one, other) =>
    one.stream === other.stream ? one.revision - other.revision : one.stream < other.stream ? -1 : 1,
  );
  for (const { stream, revision } of inStreams) {
    const last = runs.at(-1);
    if (last?.stream === stream && revision - last.to <= CLOSE) last.to = revision;
    else runs.push({ stream, from: revision, to: revision });
  }
  return runs;
}
