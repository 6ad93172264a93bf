import { Module } from '@nestjs/common';
import type { EventStore } from '@waymark/event-store';
import { RisingClock } from '@waymark/kernel';
import { EVENT_STORE, OrganisationDirectory, PersonalTexts, ReadGate } from '@waymark/nest-kit';
import { ReadDatabase } from '@waymark/read-store';
import { AgencyPageResolver } from './agency-page.resolver.js';
import { AskQuestionHandler, OpenSourcesHandler } from './ask-question.js';
import { QuestionDesk } from './asking/question-desk.js';
import { questionDesk } from './open-desk.js';
import { FigureResolver, QuestionResolver } from './question.resolver.js';

/**
 * Named questions. Needs ReadDatabase, EVENT_STORE, OrganisationDirectory, ReadGate, PersonalTexts, Rights and RisingClock from the
 * application.
 */
@Module({
  providers: [
    {
      provide: QuestionDesk,
      inject: [ReadDatabase, EVENT_STORE, OrganisationDirectory, ReadGate, RisingClock, PersonalTexts],
      useFactory: (
        reads: ReadDatabase,
        store: EventStore,
        directory: OrganisationDirectory,
        gate: ReadGate,
        clock: RisingClock,
        texts: PersonalTexts,
      ) => questionDesk({ reads, store, texts, directory, gate, clock }),
    },
    AskQuestionHandler,
    OpenSourcesHandler,
    QuestionResolver,
    FigureResolver,
    AgencyPageResolver,
  ],
})
export class CountyProgressModule {}
