export type { Answer, AnswerItem, Figure } from './asking/answer.js';
export { CountyProgressModule } from './county-progress.module.js';
export { factsProjection } from './facts/facts.projection.js';
export { questionDesk } from './open-desk.js';
export { questions } from './questions/question-catalogue.js';
