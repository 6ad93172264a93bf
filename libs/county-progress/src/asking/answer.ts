import type { Act, Actor, CivilDate, EventId, Instant, OrganisationId, Source } from '@waymark/kernel';
import type { AsOf, FigureState, Unit } from '../questions/figure.js';
import type { Change, RecordedChange } from '../questions/question.js';

/** An organisation as people know it, at the dials of the answer. */
export interface NamedOrganisation {
  readonly id: OrganisationId;
  /** As people write it, such as `MI-03`; null when no code was known. */
  readonly code: string | null;
  readonly name: string | null;
  /** Whether it belongs to the sample county, which is outside every real total. */
  readonly isSample: boolean;
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

/** An event as answers show it, with what it changed: never its data as stored, which holds keys and sealed texts. */
export interface ShownEvent {
  readonly id: EventId;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly recordedAt: Instant;
  readonly effectiveOn: CivilDate;
  readonly act: Act;
  readonly corrects: EventId | null;
  readonly actor: Actor;
  readonly source: Source;
  readonly commandId: string;
  readonly reason: string | null;
  readonly isSample: boolean;
  readonly changes: readonly Change[];
}

/** One thing that an answer lists. */
export interface AnswerItem {
  readonly kind: string;
  readonly label: string;
  readonly fields: readonly AnswerField[];
  readonly sources: string | null;
  readonly event: ShownEvent | null;
}

/** The answer to a question, as every door gives it. */
export interface Answer {
  readonly question: string;
  readonly version: number;
  /** The organisation asked about, or the one that the stream is about; null for a whole state, and for a person. */
  readonly organisation: NamedOrganisation | null;
  readonly state: string | null;
  /** The stream asked about, when it was one. */
  readonly stream: string | null;
  readonly asOf: AsOf;
  readonly figures: readonly Figure[];
  readonly items: readonly AnswerItem[];
}

/** One page of the events that a figure or item rests on, in the order of the record. */
export interface SourcePage {
  readonly events: readonly RecordedChange[];
  readonly hasMore: boolean;
}

/** An event of the record as answers show it. */
export function shownEvent({ event, changes, isSample }: RecordedChange): ShownEvent {
  const { eventId, type, stream, revision, metadata } = event;
  const { recordedAt, effectiveOn, act, corrects, actor, source, commandId } = metadata;
  const reason = (event.data as { reason?: unknown }).reason;
  return {
    id: eventId,
    ...{ type, stream, revision, recordedAt, effectiveOn, act },
    corrects: corrects ?? null,
    ...{ actor, source, commandId },
    reason: typeof reason === 'string' ? reason : null,
    ...{ isSample, changes },
  };
}
