import type { Happened } from '@waymark/event-store/testing';
import type { OrganisationId } from '@waymark/kernel';
import type { Draw } from './draw.js';

/** How something is said, at first or again: with what is said now, and with what was said before. */
export type Saying = (
  content: object | undefined,
  was: object | undefined,
) => { type: string; stream: string; data: object };

export interface Tags {
  agency?: OrganisationId;
  district?: OrganisationId;
}

/** A history as those see it who tell a part of it. */
export interface Telling {
  readonly draw: Draw;
  readonly today: string;
  /** Counts a hard case. */
  note(name: string): void;
  /** A day on or before today; often late, often one on which something was said about the same subject already. */
  day(subject: string): string;
  /** Records an event that is said once. Gives the name of its id. */
  push(type: string, stream: string, data: object, effectiveOn: string, more?: Partial<Happened>): string;
  /** Records a statement, which may be corrected or withdrawn later. */
  say(eff: string, tags: Tags, drawContent: () => object, say: Saying): void;
}
