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

/** Events of the record in their current version, for the sources of figures and for questions about the record itself. */
export abstract class RecordedEvents {
  abstract at(positions: readonly number[]): Promise<readonly Recorded[]>;
  abstract withIds(eventIds: readonly string[]): Promise<readonly Recorded[]>;
  abstract inStream(stream: string): Promise<readonly Recorded[]>;
  /** Events tagged with the organisation, after a position, at most `limit`. */
  abstract of(organisation: string, after: number, limit: number): Promise<readonly Recorded[]>;
  abstract head(): Promise<{ readonly position: number; readonly recordedAt: Instant | undefined }>;
}

/** {@link RecordedEvents} from an event store. Only types of the catalogue are shown: what it does not list stays unseen. */
export class StoredRecordedEvents extends RecordedEvents {
  private readonly types: readonly string[];

  constructor(
    private readonly store: Pick<EventStore, 'readPositions' | 'readEvents' | 'readStream' | 'readAll' | 'head'>,
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
    const from = Math.max(after, 0);
    return this.decoded(
      await this.store.readAll({ after: from, limit, types: this.types, organisation: organisation as OrganisationId }),
    );
  }

  head() {
    return this.store.head();
  }

  private decoded(events: readonly StoredEvent[]): Recorded[] {
    return events.filter(({ type }) => this.catalogue.has(type)).map((event) => this.catalogue.decode(event));
  }
}
