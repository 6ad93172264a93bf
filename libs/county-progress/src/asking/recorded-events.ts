import type {
  AnyEventCatalogue,
  EventId,
  Instant,
  OrganisationId,
  Recorded,
  StoredEvent,
  StreamName,
} from '@waymark/kernel';
import type { EventStore } from '@waymark/event-store';

/** Positions that enclose what is wanted. */
export interface Between {
  readonly after: number;
  readonly before: number;
}

/** How far back the first look goes, in positions; each next one goes as many times further. */
const LOOK_BACK = 1024;
const FURTHER = 8;

/** Events of the record in their current version, for the sources of figures and for questions about the record itself. */
export abstract class RecordedEvents {
  abstract at(positions: readonly number[]): Promise<readonly Recorded[]>;
  abstract withIds(eventIds: readonly string[]): Promise<readonly Recorded[]>;
  abstract inStream(stream: string): Promise<readonly Recorded[]>;
  /** Events tagged with the organisation, after a position, at most `limit`. */
  abstract of(organisation: string, after: number, limit: number): Promise<readonly Recorded[]>;
  /** Events tagged with the organisation between two positions, themselves left out, newest first, at most `limit`. */
  abstract newest(organisation: string, between: Between, limit: number): Promise<readonly Recorded[]>;
  abstract head(past: Instant): Promise<{ readonly position: number; readonly recordedAt: Instant | undefined }>;
}

/** What is read of an event store. */
export type RecordStore = Pick<EventStore, 'readPositions' | 'readEvents' | 'readStream' | 'readAll' | 'head'>;

/** {@link RecordedEvents} from an event store. Only types of the catalogue are shown: what it does not list stays unseen. */
export class StoredRecordedEvents extends RecordedEvents {
  private readonly types: readonly string[];

  constructor(
    protected readonly store: RecordStore,
    private readonly catalogue: AnyEventCatalogue,
  ) {
    super();
    this.types = Object.keys(catalogue.types);
  }

  async at(positions: readonly number[]): Promise<readonly Recorded[]> {
    return positions.length === 0 ? [] : this.decoded(await this.store.readPositions(positions));
  }

  async withIds(eventIds: readonly string[]): Promise<readonly Recorded[]> {
    return eventIds.length === 0 ? [] : this.decoded(await this.store.readEvents(eventIds as EventId[]));
  }

  async inStream(stream: string): Promise<readonly Recorded[]> {
    return this.decoded(await this.store.readStream(stream as StreamName));
  }

  async of(organisation: string, after: number, limit: number): Promise<readonly Recorded[]> {
    return this.decoded(await this.listed(organisation, Math.max(after, 0), limit));
  }

  /**
   * A store lists events in the order of the record alone, so this looks at stretches from the end: each longer than the one
   * before while they hold too few events, shorter when one holds more than are read at once.
   */
  async newest(organisation: string, { after, before }: Between, limit: number): Promise<readonly Recorded[]> {
    const found: StoredEvent[] = [];
    const most = 2 * limit + 1;
    const start = Math.max(after, 0);
    let top = Math.min(before - 1, (await this.store.head()).position);
    let stretch = LOOK_BACK;
    while (top > start && found.length < limit) {
      const bottom = Math.max(start, top - stretch);
      const listed = await this.listed(organisation, bottom, most);
      const inside = listed.filter(({ position }) => position <= top);
      if (inside.length === most) {
        stretch = Math.max(1, Math.floor((top - bottom) / FURTHER));
      } else {
        found.push(...inside.reverse());
        top = bottom;
        stretch *= FURTHER;
      }
    }
    return this.decoded(found.slice(0, limit));
  }

  head(past: Instant) {
    return this.store.head(past);
  }

  private listed(organisation: string, after: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.store.readAll({ after, limit, types: this.types, organisation: organisation as OrganisationId });
  }

  protected async decoded(events: readonly StoredEvent[]): Promise<readonly Recorded[]> {
    return events.filter(({ type }) => this.catalogue.has(type)).map((event) => this.catalogue.decode(event));
  }
}
