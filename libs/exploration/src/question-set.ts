import type { Assessment } from './exploration-cycle.events.js';
import { answerValue } from './exploration-cycle.events.js';
import type { FieldType } from '@waymark/kernel';

/** Value of one part of an answer, told apart by `kind`. */
export type AnswerValue = FieldType<typeof answerValue>;
export type AnswerKind = AnswerValue['kind'];

/** One typed part of an item's answer. */
export interface PartDefinition {
  readonly part: string;
  readonly kind: AnswerKind;
  /** What the part asks, in our words. */
  readonly text: string;
  /** An item whose required parts are not all there counts as a gap. */
  readonly required: boolean;
  /** Whether the part may occur more than once in one answer. */
  readonly repeatable: boolean;
  /** Codes that the coded member of the kind (choice, unit, plan kind, relation, audience, status) may take; any when absent. */
  readonly codes?: readonly string[];
}

/** PARTS: by an answer of its own. The others are answered by statements that stand for themselves in the record. */
export type AnsweredBy = 'PARTS' | 'COUNTY_NEEDS' | 'LEADERSHIP_COMMITMENT';

/** One guiding question as a structured item. */
export interface QuestionItem {
  readonly item: string;
  readonly assessment: Assessment;
  readonly text: string;
  readonly answeredBy: AnsweredBy;
  readonly parts: readonly PartDefinition[];
}

/** A version of a list of guiding questions. What is published here never changes: another version is another code. */
export interface QuestionSet {
  readonly code: string;
  readonly lineage: string;
  readonly label: string;
  readonly subject: 'AGENCY' | 'DISTRICT';
  readonly items: readonly QuestionItem[];
}

type PartOptions = { readonly many?: true; readonly optional?: true; readonly codes?: readonly string[] };

/** A part of an answer: required and at most once unless the options say otherwise. */
export function part(code: string, kind: AnswerKind, text: string, options: PartOptions = {}): PartDefinition {
  return {
    part: code,
    kind,
    text,
    required: options.optional !== true,
    repeatable: options.many === true,
    ...(options.codes !== undefined && { codes: options.codes }),
  };
}

/** Items of one assessment that are answered by parts. */
export function byParts(assessment: Assessment, item: string, text: string, ...parts: PartDefinition[]): QuestionItem {
  return { item, assessment, text, answeredBy: 'PARTS', parts };
}

/** An item that is answered by statements of their own: county needs, or the commitment of leadership. */
export function byStatements(
  assessment: Assessment,
  item: string,
  text: string,
  answeredBy: Exclude<AnsweredBy, 'PARTS'>,
): QuestionItem {
  return { item, assessment, text, answeredBy, parts: [] };
}

export const amountCodes = ['NONE', 'LIGHT', 'MODERATE', 'INTENSIVE'] as const;
export const agencyPlanKinds = ['STRATEGIC_PLAN', 'MISSION', 'VISION', 'MICIP_PLAN', 'MTSS_PLAN'] as const;
export const audienceCodes = ['DISTRICT', 'AGENCY_PROGRAM', 'EARLY_CHILDHOOD'] as const;
export const changeStates = ['PROPOSED', 'AGREED', 'UNDER_WAY', 'DONE', 'DROPPED'] as const;
