import type { OrganisationId } from '@waymark/kernel';
import type { AsOf, FigureState, Unit } from '../questions/figure.js';
import type { RecordedChange } from '../questions/question.js';

/** An organisation as people know it, at the dials of the answer. */
export interface NamedOrganisation {
  readonly id: OrganisationId;
  /** As people write it, such as `MI-03`; null when no code was known. */
  readonly code: string | null;
  readonly name: string | null;
}

/** One named value: a dimension of a figure, or a field of an item. Organisations show by their code. */
export interface AnswerField {
  readonly name: string;
  readonly label: string;
  readonly value: string | null;
  readonly organisation: NamedOrganisation | null;
}

/** A value that says what stands behind it. */
export interface Figure {
  readonly key: string;
  readonly label: string;
  readonly dimensions: readonly AnswerField[];
  readonly value: number | null;
  readonly state: FigureState;
  readonly reason: string | null;
  readonly unit: Unit;
  readonly rule: { readonly id: string; readonly version: number };
  readonly asOf: AsOf;
  /** Opaque; opens to the events that the figure rests on. */
  readonly sources: string;
}

/** One thing that an answer lists. */
export interface AnswerItem {
  readonly kind: string;
  readonly label: string;
  readonly fields: readonly AnswerField[];
  readonly sources: string | null;
  readonly event: RecordedChange | null;
}

/** The answer to a question, as every door gives it. */
export interface Answer {
  readonly question: string;
  readonly version: number;
  /** The organisation asked about; null for a whole state. */
  readonly organisation: NamedOrganisation | null;
  readonly state: string | null;
  readonly asOf: AsOf;
  readonly figures: readonly Figure[];
  readonly items: readonly AnswerItem[];
}

/** One page of the events that a figure or item rests on, in the order of the record. */
export interface SourcePage {
  readonly events: readonly RecordedChange[];
  readonly hasMore: boolean;
}
