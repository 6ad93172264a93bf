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

/** Where an event stands. Answered by the composition root from the event store; undefined for an unknown event. */
export abstract class EventPositions {
  abstract positionOf(eventId: string): Promise<number | undefined>;
}

/** The position that a position token or an event id names, or undefined when it names none. */
export async function resolvePosition(text: string, events: EventPositions): Promise<number | undefined> {
  return isUuid(text) ? events.positionOf(text) : readPositionToken(text);
}
