import { DomainError } from '@waymark/kernel';
import { agencyPage } from './agency-page.question.js';
import { changeAgainstLastYear } from './change-against-last-year.question.js';
import { corrections } from './corrections.question.js';
import { leadershipCommitment } from './leadership-commitment.question.js';
import { micipPlans } from './micip-plans.question.js';
import { needsByFocusArea } from './needs-by-focus-area.question.js';
import { openCycles } from './open-cycles.question.js';
import type { Question } from './question.js';
import { personHistory } from './person-history.question.js';
import { recordAsOf } from './record-as-of.question.js';
import { recordHistory } from './record-history.question.js';
import { silentDistrictsQuestion } from './silent-districts.question.js';
import { trainingWithoutCoaching } from './training-without-coaching.question.js';

/** Every question that can be asked. A further one is one more entry here, beside the file that defines it. */
export const questions: readonly Question[] = [
  openCycles,
  needsByFocusArea,
  silentDistrictsQuestion,
  micipPlans,
  trainingWithoutCoaching,
  changeAgainstLastYear,
  leadershipCommitment,
  recordHistory,
  recordAsOf,
  corrections,
  personHistory,
  agencyPage,
];

/** The question with this slug. Throws QUESTION_UNKNOWN naming those that can be asked. */
export function questionWithSlug(slug: string): Question {
  const found = questions.find((candidate) => candidate.slug === slug);
  if (found !== undefined) return found;
  const slugs = questions.map((candidate) => candidate.slug).join(', ');
  throw new DomainError('QUESTION_UNKNOWN', `There is no question of this name. Ask one of: ${slugs}.`, {
    path: ['question'],
  });
}
