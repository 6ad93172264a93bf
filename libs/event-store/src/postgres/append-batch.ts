import { IdempotencyKeyReusedError, RecordedAtBehindError, WrongExpectedRevisionError } from '@waymark/kernel';
import { arrayText } from '@waymark/postgres';
import type { QueryArrayConfig } from 'pg';
import { type EncodedEvent, lastRevision, type Outcome, type PendingAppend } from '../pending-append.js';

/** What `append_batch` answers for an append, before the number that belongs to it. */
const RECORDED = 0;
const REPLAYED = 1;
const CONFLICT = 2;
const BEHIND = 3;

/** The one statement that carries a batch. The same text and values may be sent again: what was recorded is recognised. */
export function batchStatement(schema: string, batch: readonly PendingAppend[]): QueryArrayConfig {
  const events = batch.flatMap((append) => append.events);
  const places = Array.from({ length: 14 }, (_, index) => `$${index + 1}`);
  let start = 1;
  const starts = events.map(({ stored }) => {
    const at = start;
    start += stored.byteLength;
    return at;
  });
  return {
    name: `${schema}.append_batch`,
    text: `SELECT ${schema}.append_batch(${places.join()})::text`,
    rowMode: 'array',
    values: [
      isPlain(batch, events),
      arrayText(batch.map(({ stream }) => stream)),
      arrayText(batch.map(({ expected }) => lastRevision(expected))),
      arrayText(batch.map((append) => append.events.length)),
      arrayText(batch.flatMap(({ stream, events: { length } }) => Array<string>(length).fill(stream))),
      arrayText(events.map(({ revision }) => revision)),
      arrayText(events.map(({ eventId }) => eventId.toString('hex'))),
      arrayText(events.map(({ type }) => type)),
      arrayText(events.map(({ agency }) => agency)),
      arrayText(events.map(({ district }) => district)),
      arrayText(events.map(({ recordedAt }) => recordedAt)),
      arrayText(starts),
      arrayText(events.map(({ stored }) => stored.byteLength)),
      Buffer.concat(events.map(({ stored }) => stored)),
    ],
  };
}

/** What became of each append, from the answer of `append_batch`. */
export function outcomesOf(batch: readonly PendingAppend[], answer: readonly number[]): Outcome[] {
  if (answer.length !== 1)
    return batch.map((append, index) => outcomeOf(append, answer[2 * index]!, answer[2 * index + 1]!));
  let position = answer[0]!;
  return batch.map(({ events }) => ({ positions: events.map(() => (position += 1)) }));
}

function outcomeOf({ stream, expected, events }: PendingAppend, kind: number, value: number): Outcome {
  switch (kind) {
    case RECORDED:
      return { positions: events.map((_, index) => value - events.length + 1 + index) };
    case REPLAYED:
      return { replayed: { position: value, revision: events.at(-1)!.revision } };
    case CONFLICT:
      return { refused: new WrongExpectedRevisionError(stream, expected, value < 0 ? 'NO_STREAM' : value) };
    case BEHIND:
      return { refused: new RecordedAtBehindError(new Date(value).toISOString()) };
    default:
      return { refused: new IdempotencyKeyReusedError() };
  }
}

/** Whether the appends have nothing to do with each other, so that they can be looked at all at once. */
function isPlain(batch: readonly PendingAppend[], events: readonly EncodedEvent[]): boolean {
  return (
    new Set(batch.map(({ stream }) => stream)).size === batch.length &&
    new Set(events.map(({ eventId }) => eventId.toString('latin1'))).size === events.length &&
    events.every(({ recordedAt }, index) => index === 0 || recordedAt >= events[index - 1]!.recordedAt)
  );
}
