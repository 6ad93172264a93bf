import {
  type Appended,
  type CommandId,
  type EventId,
  type EventToAppend,
  type ExpectedRevision,
  OPERATOR_ORGANISATION,
  OutcomeUnknownError,
  randomId,
  randomNonce,
  RecordedAtBehindError,
  type StoredEvent,
  StoreUnavailableError,
  type StreamName,
  streamName,
  SYSTEM_PERSON,
  WrongExpectedRevisionError,
} from '@waymark/kernel';
import type { NewestInstant } from './newest-instant.js';

export interface SettledInstantsOptions {
  readonly newest: NewestInstant;
  readonly append: (
    stream: StreamName,
    expected: ExpectedRevision,
    events: readonly EventToAppend[],
  ) => Promise<Appended>;
  /** The events of a stream from a revision on. */
  readonly read: (stream: StreamName, from: number) => Promise<readonly StoredEvent[]>;
}

const STREAM = streamName('record', 'clock');
/** Attempts that others came before, each of whom brought the clock of the record further, or that were not confirmed. */
const MOST_ATTEMPTS = 50;

/**
 * Instants up to which the record is settled (S14). A server orders appends and compares no stamps, so that no rule could keep a paused process from
 * recording under an old stamp. What can be had is an event in the log after which nothing counts as recorded at or before the instant, whatever its
 * stamp: instants count as their running maximum (S13).
 */
export class SettledInstants {
  /** Stamp and revision of the newest such event that is known to stand in the log. */
  private latest = Number.NEGATIVE_INFINITY;
  private last: ExpectedRevision = 'NO_STREAM';
  private wanted = Number.NEGATIVE_INFINITY;
  private writing: Promise<void> | undefined;

  constructor(private readonly options: SettledInstantsOptions) {}

  /** Resolves when nothing can count any more as recorded at or before the instant. Throws StoreUnavailableError. */
  async settle(instant: number): Promise<void> {
    for (let attempts = 0; this.latest <= instant; attempts += 1) {
      if (attempts === MOST_ATTEMPTS) {
        throw new StoreUnavailableError('Many others ask as of the last moments. Ask again.');
      }
      this.wanted = Math.max(this.wanted, instant);
      this.writing ??= this.write().finally(() => (this.writing = undefined));
      await this.writing;
    }
  }

  private async write(): Promise<void> {
    const instant = Math.max(this.wanted + 1, this.options.newest.latest);
    try {
      const { revision } = await this.options.append(STREAM, this.last, [instantSettled(instant)]);
      this.stands(revision, instant);
    } catch (error) {
      // This process has read a later instant of another one since: the next attempt settles after that.
      if (error instanceof RecordedAtBehindError) return;
      if (!(error instanceof WrongExpectedRevisionError || error instanceof OutcomeUnknownError)) throw error;
      await this.look();
    }
  }

  private async look(): Promise<void> {
    const newest = (await this.options.read(STREAM, this.last === 'NO_STREAM' ? 0 : this.last)).at(-1);
    if (newest !== undefined) this.stands(newest.revision, Date.parse(newest.metadata.recordedAt));
  }

  private stands(revision: number, instant: number): void {
    this.last = revision;
    this.latest = Math.max(this.latest, instant);
  }
}

function instantSettled(instant: number): EventToAppend {
  const eventId = randomId() as EventId;
  const recordedAt = new Date(instant).toISOString();
  const requestId = randomId();
  return {
    eventId,
    type: 'InstantSettled',
    data: {},
    metadata: {
      nonce: randomNonce(),
      schemaVersion: 1,
      recordedAt,
      effectiveOn: recordedAt.slice(0, 10),
      act: 'STATED',
      statement: eventId,
      actor: { personId: SYSTEM_PERSON, role: 'SYSTEM', organisationId: OPERATOR_ORGANISATION },
      source: { kind: 'policy', ref: 'settled-instants' },
      correlationId: requestId,
      causationId: requestId,
      commandId: requestId as CommandId,
      inputMac: '',
    },
  };
}
