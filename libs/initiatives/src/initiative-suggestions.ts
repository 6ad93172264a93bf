import type { Description } from './initiative-commands.js';
import { plainName } from './initiative-state.js';
import type { StaffLoadLine } from './staff-load.js';

/** Name and version of the rule by which initiatives are compared. */
export const OVERLAP_RULE = 'initiative-overlap@1';
/** Name and version of the rule by which a staff group counts as over-extended. */
export const OVER_EXTENSION_RULE = 'staff-over-extension@1';
/** Most initiatives that may name a staff group in a school year before it is suggested that they over-extend it. */
export const INITIATIVES_A_GROUP_CARRIES = 5;

/** Something that a rule finds and nobody has judged. It is computed when asked for, and never stands in the record. */
export interface Suggestion {
  readonly relation: 'DUPLICATES' | 'OVER_EXTENDS_STAFF';
  readonly initiatives: readonly string[];
  readonly staffGroup?: string | undefined;
  readonly schoolYear?: string | undefined;
  /** What speaks for it, and what against it or is not known, in words. */
  readonly because: string;
  readonly rule: string;
}

export interface Compared {
  readonly initiativeId: string;
  readonly description: Description;
  readonly staffGroups: readonly string[];
}

type Dimension =
  'focus area' | 'tier' | 'population' | 'outcome' | 'staff group' | 'funding source' | 'calendar window';

const dimensions: Readonly<Record<Dimension, (of: Compared) => readonly string[]>> = {
  'focus area': ({ description }) => description.focusAreas,
  tier: ({ description }) => description.tiers,
  population: ({ description: { population } }) => [
    ...(population?.grades ?? []),
    ...(population?.group === undefined ? [] : [population.group]),
    ...(population?.staff === undefined ? [] : [population.staff]),
  ],
  outcome: ({ description }) => [
    ...description.expectedOutcomes,
    ...(description.outcomeMeasure.name === undefined ? [] : [description.outcomeMeasure.name]),
  ],
  'staff group': ({ staffGroups }) => staffGroups,
  'funding source': ({ description }) => description.fundingSources,
  'calendar window': () => [],
};

/** How two initiatives compare: where they agree, where they differ, and where one of them says nothing. */
export interface Overlap {
  readonly agree: readonly Dimension[];
  readonly differ: readonly Dimension[];
  readonly unknown: readonly Dimension[];
}

export function overlapOf(one: Compared, other: Compared): Overlap {
  const agree: Dimension[] = [];
  const differ: Dimension[] = [];
  const unknown: Dimension[] = [];
  for (const dimension of Object.keys(dimensions) as Dimension[]) {
    const isAgreed = dimension === 'calendar window' ? sameTime(one, other) : sharing(dimension, one, other);
    (isAgreed === undefined ? unknown : isAgreed ? agree : differ).push(dimension);
  }
  return { agree, differ, unknown };
}

function sharing(dimension: Dimension, one: Compared, other: Compared): boolean | undefined {
  const [mine, theirs] = [one, other].map((of) => new Set(dimensions[dimension](of).map(plainName))) as [
    Set<string>,
    Set<string>,
  ];
  if (mine.size === 0 || theirs.size === 0) return undefined;
  return [...mine].some((value) => theirs.has(value));
}

/** Whether they run at the same time. An end that was not said is open; a beginning that was not said is not known. */
function sameTime({ description: a }: Compared, { description: b }: Compared): boolean | undefined {
  if (a.startsOn === undefined || b.startsOn === undefined) return undefined;
  return a.startsOn <= (b.plannedEndOn ?? '9999-12-31') && b.startsOn <= (a.plannedEndOn ?? '9999-12-31');
}

/** Pairs that agree in outcome and population, each pair of `own` and `others` once. */
export function suggestedDuplicates(own: readonly Compared[], others: readonly Compared[] = []): Suggestion[] {
  return own.flatMap((one, index) =>
    [...own.slice(index + 1), ...others].flatMap((other): Suggestion[] => {
      const overlap = overlapOf(one, other);
      if (!overlap.agree.includes('outcome') || !overlap.agree.includes('population')) return [];
      const initiatives = [one.initiativeId, other.initiativeId];
      return [{ relation: 'DUPLICATES', initiatives, because: inWords(overlap), rule: OVERLAP_RULE }];
    }),
  );
}

function inWords({ agree, differ, unknown }: Overlap): string {
  const compared = agree.length + differ.length;
  const parts = [
    `They agree in ${agree.length} of ${compared} compared: ${agree.join(', ')}.`,
    ...(differ.length > 0 ? [`They differ in ${differ.join(', ')}.`] : []),
    ...(unknown.length > 0 ? [`Not known of one or both: ${unknown.join(', ')}.`] : []),
  ];
  return parts.join(' ');
}

/** Staff groups that more initiatives name than a group carries, or that are promised beyond what there is. */
export function suggestedOverExtensions(lines: readonly StaffLoadLine[]): Suggestion[] {
  return lines.flatMap(({ schoolYear, staffGroup, initiatives, state, because }): Suggestion[] => {
    const isCrowded = initiatives.length > INITIATIVES_A_GROUP_CARRIES;
    if (!isCrowded && state !== 'OVER') return [];
    const crowd = `${initiatives.length} initiatives name the group; ${INITIATIVES_A_GROUP_CARRIES} is the limit. `;
    return [
      {
        relation: 'OVER_EXTENDS_STAFF',
        ...{ initiatives, staffGroup, schoolYear },
        because: `${isCrowded ? crowd : ''}${because}`,
        rule: OVER_EXTENSION_RULE,
      },
    ];
  });
}
