import { identityCatalogue } from '@waymark/identity';
import type { Recorded, StoredEvent } from '@waymark/kernel';
import type { PersonalTexts } from '@waymark/nest-kit';
import { personOfStream } from '../questions/person-streams.js';
import { type RecordStore, StoredRecordedEvents } from './recorded-events.js';

/** Links of accounts that are read at once. */
const PAGE = 500;

/**
 * What was recorded of persons and of their accounts, personal texts in the clear: for those alone who may read persons. To a person's
 * stream belong the accounts that were linked to the person.
 */
export class PersonRecord extends StoredRecordedEvents {
  constructor(
    store: RecordStore,
    private readonly texts: PersonalTexts,
  ) {
    super(store, identityCatalogue);
  }

  override async inStream(stream: string): Promise<readonly Recorded[]> {
    const own = await super.inStream(stream);
    const person = personOfStream(stream);
    if (person === undefined) return own;
    return [...own, ...(await this.accountsOf(person))].sort((a, b) => a.position - b.position);
  }

  protected override async decoded(events: readonly StoredEvent[]): Promise<readonly Recorded[]> {
    return this.texts.opened(await super.decoded(events));
  }

  private async accountsOf(person: string): Promise<readonly Recorded[]> {
    const found: StoredEvent[] = [];
    for (let after = 0; ;) {
      const page = await this.store.readAll({ after, limit: PAGE, types: ['AccountLinked'] });
      found.push(...page.filter(({ data }) => data['personId'] === person));
      if (page.length < PAGE) return this.decoded(found);
      after = page.at(-1)!.position;
    }
  }
}
