import { personalMembers, type Recorded } from '@waymark/kernel';
import { PersonalTexts } from '@waymark/nest-kit';
import { openedText } from './keys/opened-text.js';
import type { PersonKeys } from './keys/person-keys.js';
import { identityCatalogue } from './person.projection.js';

/** Opens the personal members of events about persons with the keys of the installation. */
export class OpenedTexts extends PersonalTexts {
  constructor(private readonly keys: Pick<PersonKeys, 'load' | 'open'>) {
    super();
  }

  /** Throws SealError when a text was tampered with, StoreUnavailableError when the keys cannot be reached. */
  async opened(events: readonly Recorded[]): Promise<readonly Recorded[]> {
    const sealed = events.filter(({ type }) => sealedMembers(type).length > 0);
    await this.keys.load([...new Set(sealed.map(personOf))]);
    return events.map((event) => this.openedEvent(event, sealedMembers(event.type)));
  }

  private openedEvent(event: Recorded, members: readonly string[]): Recorded {
    if (members.length === 0) return event;
    const data: Record<string, unknown> = { ...event.data };
    for (const path of members) {
      const { [path]: sealed } = data;
      if (typeof sealed !== 'string') continue;
      const text = openedText(this.keys, { personId: personOf(event), eventId: event.eventId, path }, sealed);
      if (text === undefined) delete data[path];
      else data[path] = text;
    }
    return { ...event, data };
  }
}

function sealedMembers(type: string): string[] {
  return personalMembers(identityCatalogue.typeOf(type).fields);
}

function personOf({ data }: Recorded): string {
  return (data as { personId: string }).personId;
}
