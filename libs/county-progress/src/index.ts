export { AskQuestion, OpenSources } from './ask-question.js';
export type {
  Answer,
  AnswerField,
  AnswerItem,
  Figure,
  NamedOrganisation,
  ShownEvent,
  SourcePage,
} from './asking/answer.js';
export type { QuestionAsked, SourcesWanted } from './asking/question-desk.js';
export { CountyProgressModule } from './county-progress.module.js';
export { factsProjection } from './facts/facts.projection.js';
export { type DeskSetting, questionDesk } from './open-desk.js';
export { questionReference } from './question-reference.js';
export type { FigureState } from './questions/figure.js';
export type { Question, RecordedChange } from './questions/question.js';
export { questions } from './questions/question-catalogue.js';
