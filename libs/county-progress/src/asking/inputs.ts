import { DomainError, isCivilDate, isSchoolYear, isUuid } from '@waymark/kernel';
import type { InputKind, Inputs, Question } from '../questions/question.js';

const LONGEST = 400;

const isText = (text: string): boolean => text !== '' && text.length <= LONGEST && !text.includes('\u0000');

const checks: Readonly<Record<InputKind, { fits: (text: string) => boolean; expected: string }>> = {
  SCHOOL_YEAR: { fits: isSchoolYear, expected: 'a school year such as 2025-26' },
  DATE: { fits: isCivilDate, expected: 'a date such as 2025-10-15' },
  INTEGER: { fits: (text) => /^\d{1,9}$/.test(text), expected: 'a whole number' },
  EVENT: { fits: isUuid, expected: 'the id of an event' },
  TEXT: { fits: isText, expected: `text of 1 to ${LONGEST} characters` },
};

/** The inputs by name, checked. Throws INPUT_UNKNOWN, INPUT_INVALID; both say what would do. */
export function checkInputs(question: Question, given: readonly { name: string; value: string }[]): Inputs {
  const inputs: Record<string, string> = {};
  for (const { name, value } of given) {
    const definition = question.inputs.find((candidate) => candidate.name === name);
    const path = ['inputs', name.slice(0, 80)];
    if (definition === undefined) {
      const names = question.inputs.map((candidate) => candidate.name).join(', ') || 'none at all';
      throw new DomainError('INPUT_UNKNOWN', `${question.slug} takes these inputs: ${names}.`, { path });
    }
    if (Object.hasOwn(inputs, name)) {
      throw new DomainError('INPUT_INVALID', `The input ${name} is given twice; give it once.`, { path });
    }
    const { fits, expected } = checks[definition.kind];
    if (!fits(value)) throw new DomainError('INPUT_INVALID', `The input ${name} must be ${expected}.`, { path });
    inputs[name] = value;
  }
  return inputs;
}
