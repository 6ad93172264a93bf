import { DomainError } from '@waymark/kernel';
import type { Assessment } from './exploration-cycle.events.js';
import type { QuestionItem, QuestionSet } from './question-set.js';
import { mimtssDistrict } from './question-set-mimtss-district.js';
import { mimtssIsd2022 } from './question-set-mimtss-isd-2022.js';
import { mimtssIsd2025 } from './question-set-mimtss-isd-2025.js';

/** Every question set that a cycle may be opened with, oldest first within a lineage. Sets are added, never changed. */
export const questionSets: readonly QuestionSet[] = [mimtssIsd2022, mimtssIsd2025, mimtssDistrict];

/** The set with this code, or undefined. */
export function findQuestionSet(code: string): QuestionSet | undefined {
  return questionSets.find((set) => set.code === code);
}

/** The set with this code. Throws UNKNOWN_QUESTION_SET naming the codes that exist. */
export function questionSet(code: string): QuestionSet {
  const found = findQuestionSet(code);
  if (found !== undefined) return found;
  const known = questionSets.map((set) => set.code).join(', ');
  throw new DomainError('UNKNOWN_QUESTION_SET', `There is no question set of this name. Take one of: ${known}.`, {
    path: ['questionSet'],
  });
}

/** The item of a set. Throws UNKNOWN_ITEM naming the items of the set. */
export function questionItem(set: QuestionSet, item: string): QuestionItem {
  const found = set.items.find((candidate) => candidate.item === item);
  if (found !== undefined) return found;
  const known = set.items.map((candidate) => candidate.item).join(', ');
  throw new DomainError('UNKNOWN_ITEM', `The question set ${set.code} has no such item. Its items: ${known}.`, {
    path: ['item'],
  });
}

/** The items of one assessment, in the order in which they are asked. */
export function itemsOf(set: QuestionSet, assessment: Assessment): readonly QuestionItem[] {
  return set.items.filter((item) => item.assessment === assessment);
}
