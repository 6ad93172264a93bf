import type { EventStore } from '@waymark/event-store';
import type { OrganisationDirectory, PersonalTexts, ReadGate } from '@waymark/nest-kit';
import type { ReadDatabase } from '@waymark/read-store';
import { PersonRecord } from './asking/person-record.js';
import { QuestionDesk } from './asking/question-desk.js';
import { StoredRecordedEvents } from './asking/recorded-events.js';
import { recordedCatalogue } from './facts/recorded-catalogue.js';

export interface DeskSetting {
  readonly reads: ReadDatabase;
  readonly store: EventStore;
  readonly directory: Pick<OrganisationDirectory, 'find' | 'stateOf' | 'timeZoneOf'>;
  readonly gate: Pick<ReadGate, 'waitFor'>;
  readonly texts: PersonalTexts;
  readonly clock: { now(): Date };
}

/** The desk where questions are asked, over open stores; every door uses it, so that all give the same answer. */
export function questionDesk({ reads, store, texts, directory, gate, clock }: DeskSetting): QuestionDesk {
  const record = new StoredRecordedEvents(store, recordedCatalogue);
  const persons = new PersonRecord(store, texts);
  return new QuestionDesk({ reader: reads, record, persons, directory, gate, clock });
}
