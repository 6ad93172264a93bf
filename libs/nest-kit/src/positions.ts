import { isUuid } from '@waymark/kernel';

/** Positions lie below 2^43, hence 13 digits. */
const DIGITS = 13;

/** A position as clients see it: opaque, and ordered as text. */
export function positionToken(position: number): string {
  return `p${String(position).padStart(DIGITS, '0')}`;
}

/** The position in a token, or undefined when it is none. */
export function readPositionToken(token: string): number | undefined {
  return /^p\d{13}$/.test(token) ? Number(token.slice(1)) : undefined;
}

/** Where events stand. Answered by the composition root from the event store. */
export abstract class EventPositions {
  /** Undefined for an unknown event. */
  abstract positionOf(eventId: string): Promise<number | undefined>;
  /** Whether the record has come to the position. */
  abstract isRecorded(position: number): Promise<boolean>;
}

/** The position that a position token or an event id names, or undefined when the record has none such. */
export async function resolvePosition(text: string, events: EventPositions): Promise<number | undefined> {
  if (isUuid(text)) return events.positionOf(text);
  const position = readPositionToken(text);
  return position !== undefined && (await events.isRecorded(position)) ? position : undefined;
}
