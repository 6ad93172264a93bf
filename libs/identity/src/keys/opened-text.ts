import type { EventId } from '@waymark/kernel';
import type { PersonKeys } from './person-keys.js';
import { SealError } from './sealed-field.js';

/** A sealed text in the clear; undefined when the person's key does not exist any more. Throws SealError when it was tampered with. */
export function openedText(
  keys: Pick<PersonKeys, 'open'>,
  { personId, eventId, path }: { readonly personId: string; readonly eventId: EventId; readonly path: string },
  sealed: string,
): string | undefined {
  try {
    return keys.open(personId, eventId, path, sealed);
  } catch (error) {
    if (error instanceof SealError && error.reason === 'NO_KEY') return undefined;
    throw error;
  }
}
