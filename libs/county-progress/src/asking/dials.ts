import {
  civilDateIn,
  type CivilDate,
  DomainError,
  type EventId,
  type Instant,
  isCivilDate,
  isUuid,
  type Recorded,
} from '@waymark/kernel';
import type { ReadGate } from '@waymark/nest-kit';
import { type FactsReader, type Sql, sql } from '../facts/sql.js';
import { factsProjection } from '../facts/facts.projection.js';
import type { AsOf } from '../questions/figure.js';
import type { RecordedEvents } from './recorded-events.js';

/** Where the caller wants the dials; what is left out stands at now. */
export interface DialsWanted {
  /** An instant (ISO 8601 with offset), or the id of an event. */
  readonly recordedAsOf?: string | undefined;
  readonly effectiveAsOf?: CivilDate | undefined;
}

/** The dials of an answer: a fixed place in the record and a fixed day, so that asking again gives the same answer (S15). */
export interface Dials {
  readonly position: number;
  readonly asOf: AsOf;
}

interface Known {
  readonly position: number;
  readonly event_id: EventId;
  readonly recorded_at: Instant;
}

type ReadRecord = () => Promise<readonly Recorded[]>;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
/** Stands for the place before the first event. */
const NOWHERE = 0;

/** Longest wait for the millisecond asked about to pass; it outlasts a clock whose ticks are coarse. */
const MOST_MILLISECONDS = 20;
const aMillisecond = () => new Promise<void>((resolve) => void setTimeout(resolve, 1));
const aTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** Finds the place in the record and the day that a question is asked at. */
export class DialResolver {
  constructor(
    private readonly reader: FactsReader,
    private readonly record: RecordedEvents,
    private readonly gate: Pick<ReadGate, 'waitFor'>,
    private readonly clock: { now(): Date },
  ) {}

  /**
   * Throws EVENT_UNKNOWN, RECORDED_IN_FUTURE, INPUT_INVALID, and the gate's error when the tables do not get there in time:
   * an answer is never given from tables that lag behind the instant asked about (S14).
   */
  async resolve(wanted: DialsWanted, timeZone: string): Promise<Dials> {
    requireDay(wanted.effectiveAsOf);
    return this.dialsAt(await this.recorded(wanted.recordedAsOf), wanted, timeZone);
  }

  /** As `resolve`, for a record that no table shows: `read` gives all events of it, in order. Needs no gate. */
  async resolveAmong(read: ReadRecord, wanted: DialsWanted, timeZone: string): Promise<Dials> {
    requireDay(wanted.effectiveAsOf);
    return this.dialsAt(await this.recordedAmong(read, wanted.recordedAsOf), wanted, timeZone);
  }

  private dialsAt(known: Known | undefined, wanted: DialsWanted, timeZone: string): Dials {
    const instant = wanted.recordedAsOf === undefined ? this.clock.now() : this.instantOf(wanted.recordedAsOf, known);
    return {
      position: known?.position ?? NOWHERE,
      asOf: {
        eventId: known?.event_id ?? null,
        recordedAt: known?.recorded_at ?? null,
        effectiveOn: wanted.effectiveAsOf ?? civilDateIn(timeZone, instant),
      },
    };
  }

  /** The newest event that the tables show. */
  async newest(): Promise<Known | undefined> {
    return this.first(sql`
      select position, event_id, recorded_at from recorded_clock order by recorded_at desc limit 1`);
  }

  private async recorded(wanted: string | undefined): Promise<Known | undefined> {
    if (wanted === undefined) return this.newest();
    if (isUuid(wanted)) return this.upToEvent(wanted);
    return this.upToInstant(this.passedInstant(wanted));
  }

  private async recordedAmong(read: ReadRecord, wanted: string | undefined): Promise<Known | undefined> {
    if (wanted === undefined) return knownAt((await read()).at(-1));
    if (isUuid(wanted)) {
      return knownAt((await read()).find(({ eventId }) => eventId === wanted) ?? (await this.eventNamed(wanted)));
    }
    const instant = this.passedInstant(wanted);
    await this.headPast(instant);
    const events = await read();
    const later = events.findIndex(({ metadata }) => metadata.recordedAt > instant);
    return knownAt(later < 0 ? events.at(-1) : events[later - 1]);
  }

  private async upToEvent(eventId: string): Promise<Known> {
    const event = await this.eventNamed(eventId);
    await this.gate.waitFor(event.position, [factsProjection.name]);
    return knownAt(event)!;
  }

  private async eventNamed(eventId: string): Promise<Recorded> {
    const [event] = await this.record.withIds([eventId]);
    if (event !== undefined) return event;
    const message = 'There is no such event in the record. Take the id as an answer gave it.';
    throw new DomainError('EVENT_UNKNOWN', message, { path: ['recordedAsOf'] });
  }

  /** Throws INPUT_INVALID for a text that is no instant, RECORDED_IN_FUTURE for one that has yet to come. */
  private passedInstant(wanted: string): Instant {
    if (!INSTANT.test(wanted) || Number.isNaN(Date.parse(wanted))) {
      const message = 'Give an instant with its offset, such as 2025-10-15T14:00:00Z, or the id of an event.';
      throw new DomainError('INPUT_INVALID', message, { path: ['recordedAsOf'] });
    }
    const instant = new Date(wanted).toISOString();
    if (instant > this.clock.now().toISOString()) throw notYetKnown();
    return instant;
  }

  /** S13, S14: the last event recorded up to the instant, once the tables have passed it. */
  private async upToInstant(instant: Instant): Promise<Known | undefined> {
    const newest = await this.newest();
    if (newest === undefined || newest.recorded_at <= instant) {
      await this.gate.waitFor(await this.headPast(instant), [factsProjection.name]);
    }
    return this.first(sql`
      select position, event_id, recorded_at from recorded_clock where recorded_at <= ${instant}
      order by recorded_at desc limit 1`);
  }

  /**
   * Head of the record once nothing more can be recorded up to the instant. An event takes its instant when it is handed to the
   * store, and is committed at the end of that turn of the loop: so the instant must have passed, and after it a newer event or
   * a turn in which nothing was committed. Instants never fall along the record, so either is proof.
   */
  private async headPast(instant: Instant): Promise<number> {
    for (let times = 0; this.clock.now().toISOString() <= instant; times += 1) {
      if (times === MOST_MILLISECONDS) throw notYetKnown();
      await aMillisecond();
    }
    for (let head = await this.record.head(instant); ;) {
      await aTurn();
      const next = await this.record.head(instant);
      if (next.position === head.position || (next.recordedAt ?? '') > instant) return next.position;
      head = next;
    }
  }

  private instantOf(wanted: string, known: Known | undefined): Date {
    return new Date(isUuid(wanted) ? known!.recorded_at : wanted);
  }

  private async first({ text, params }: Sql): Promise<Known | undefined> {
    const [row] = await this.reader.rows(text, params);
    return row === undefined ? undefined : ({ ...row, position: Number(row['position']) } as unknown as Known);
  }
}

function knownAt(event: Recorded | undefined): Known | undefined {
  if (event === undefined) return undefined;
  const { position, eventId, metadata } = event;
  return { position, event_id: eventId, recorded_at: metadata.recordedAt };
}

function notYetKnown(): DomainError {
  const message = 'What will be known then is not known yet. Give an instant that has passed, or none.';
  return new DomainError('RECORDED_IN_FUTURE', message, { path: ['recordedAsOf'] });
}

function requireDay(date: CivilDate | undefined): void {
  if (date === undefined || isCivilDate(date)) return;
  throw new DomainError('INPUT_INVALID', 'The effective date must be a date such as 2025-10-15.', {
    path: ['effectiveAsOf'],
  });
}
