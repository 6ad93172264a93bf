import { DomainError } from '@waymark/kernel';
import { foreignCursor, type Page, pageOf, readCursor } from '@waymark/nest-kit';
import { createHash } from 'node:crypto';
import type { Answer, AnswerItem } from './asking/answer.js';
import type { AsOf } from './questions/figure.js';

/** What an answer lists, and where its dials stand. A question asked again at the same dials lists the same in the same order. */
export interface ItemList {
  readonly items: readonly AnswerItem[];
  readonly asOf: AsOf;
  /** The question, whom it is about and its inputs: what tells this list from that of another answer. */
  readonly asked: string;
}

/** Which page of a list is wanted, as `first` and `after` of a connection. */
export interface ItemsWanted {
  readonly first: number;
  readonly after?: string | null | undefined;
  /** Items of these kinds alone; all when left out. */
  readonly kinds?: readonly string[] | undefined;
}

/** The list of an answer that was asked for with these inputs. */
export function itemListOf(
  { question, version, organisation, state, stream, asOf, items }: Answer,
  inputs: readonly { readonly name: string; readonly value: string }[] = [],
): ItemList {
  const given = inputs.map(({ name, value }) => [name, value]).sort(([a], [b]) => (a! < b! ? -1 : 1));
  return { items, asOf, asked: JSON.stringify([question, version, stream ?? organisation?.id ?? state, given]) };
}

/**
 * One page of a list. Its cursors hold the place in the list, which list it is, and its dials: a place says nothing once the
 * dials have moved. Throws ID_UNKNOWN for a cursor of another list, LIST_MOVED_ON for one of other dials.
 */
export function itemPage<V>(list: ItemList, wanted: ItemsWanted, view: (item: AnswerItem) => V): Page<V> {
  const { first, after, kinds } = wanted;
  const name = createHash('sha256')
    .update(JSON.stringify([list.asked, kinds ?? null]))
    .digest('base64url')
    .slice(0, 16);
  const { eventId, effectiveOn } = list.asOf;
  const items = kinds === undefined ? list.items : list.items.filter(({ kind }) => kinds.includes(kind));
  const start = after == null ? 0 : placeIn(list, name, after) + 1;
  const rows = items.slice(start, start + first + 1).map((item, index) => ({ item, place: start + index }));
  return pageOf(
    rows,
    first,
    ({ place }) => [name, eventId ?? '', effectiveOn, place],
    ({ item }) => view(item),
    () => items.length,
  );
}

function placeIn({ asOf }: ItemList, name: string, after: string): number {
  const [ofList, eventId, effectiveOn, place] = readCursor(after, 4);
  if (ofList !== name || !Number.isSafeInteger(place) || Number(place) < 0) throw foreignCursor();
  if (eventId === (asOf.eventId ?? '') && effectiveOn === asOf.effectiveOn) return Number(place);
  throw new DomainError(
    'LIST_MOVED_ON',
    `The page before was read at other dials. Go on with asOf: { recorded: "${eventId}", effective: "${effectiveOn}" }, or begin again.`,
    { path: ['after'] },
  );
}
