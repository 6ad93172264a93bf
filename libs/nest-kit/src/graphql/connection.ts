import { type Type } from '@nestjs/common';
import { ArgsType, Field, type FieldMiddleware, Int, ObjectType } from '@nestjs/graphql';
import { DomainError } from '@waymark/kernel';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** Most entries on one page. */
export const LARGEST_PAGE = 100;
/** Entries on a page when the caller says nothing. */
export const DEFAULT_PAGE = 50;

/**
 * The class of `first` and `after` of a list that shows `usual` entries when the caller says nothing. A list that stands in
 * the entries of another one shows few, so that all of an answer can be selected within the limit of its cost.
 */
export function pageArgs(usual: number): Type<{ first: number; after?: string | undefined }> {
  @ArgsType()
  class Args {
    @Field(() => Int, { description: `How many entries, 1 to ${LARGEST_PAGE}.`, defaultValue: usual })
    @IsInt()
    @Min(1)
    @Max(LARGEST_PAGE)
    first: number = usual;

    @Field(() => String, { nullable: true, description: 'Go on after this cursor (`endCursor` of the page before).' })
    @IsOptional()
    @IsString()
    @MaxLength(2000)
    after?: string | undefined;
  }
  return Args;
}

/** `first` and `after` of a list: `@Args() page: PageArgs`. */
@ArgsType()
export class PageArgs extends pageArgs(DEFAULT_PAGE) {}

@ObjectType('PageInfo', { description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more entries follow.' })
  hasNextPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last entry; give it as `after` for the next page.',
  })
  endCursor!: string | null;
}

/** An entry with its cursor. */
export interface Edge<V> {
  readonly cursor: string;
  readonly node: V;
}

/** Counts a whole list. It is called when the client selects `totalCount`, and only then. */
export type CountAll = () => number | Promise<number>;

/** One page of a list, as {@link connectionOf} types it. */
export interface Page<V> {
  readonly edges: readonly Edge<V>[];
  readonly nodes: readonly V[];
  readonly pageInfo: PageInfo;
  /** Absent where counting would mean to read the whole list. */
  readonly countAll?: CountAll | undefined;
}

const countWhenSelected: FieldMiddleware<Page<unknown>> = ({ source }) => source.countAll?.() ?? null;

const connections = new Map<string, Type<Page<unknown>>>();

/**
 * The class of `<name>Connection` over a view class, one per name. Declare it beside the view:
 * `export const OrganisationConnection = connectionOf(() => Organisation, 'Organisation')`, use it as
 * `@Query(() => OrganisationConnection)`, answer with {@link pageOf}.
 */
export function connectionOf<V>(view: () => Type<V>, name: string): Type<Page<V>> {
  const known = connections.get(name);
  if (known !== undefined) return known as Type<Page<V>>;

  @ObjectType(`${name}Edge`, { description: `One entry of a ${name}Connection.` })
  class Edge {
    @Field(() => String, { description: 'Where this entry stands; usable as `after`.' })
    cursor!: string;

    @Field(view, { description: 'The entry.' })
    node!: V;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class Connection {
    @Field(() => [Edge], { description: 'The entries with their cursors.' })
    edges!: Edge[];

    @Field(() => [view()], { description: 'The entries without their cursors.' })
    nodes!: V[];

    @Field(() => PageInfo, { description: 'Where this page stands in the list.' })
    pageInfo!: PageInfo;

    @Field(() => Int, {
      nullable: true,
      description:
        'Entries in the whole list; counted when selected. Null where all of it would have to be read for that.',
      middleware: [countWhenSelected],
    })
    totalCount?: number | null;
  }

  connections.set(name, Connection as Type<Page<unknown>>);
  return Connection as unknown as Type<Page<V>>;
}

/** An opaque cursor over the sort key of an entry. */
export function cursorOf(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** The sort key in a cursor. Throws ID_UNKNOWN for a cursor that is not one of this list (`length` members). */
export function readCursor(cursor: string, length: number): (string | number)[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const fits = Array.isArray(key) && key.length === length;
    if (fits && key.every((member) => typeof member === 'string' || typeof member === 'number')) return key;
  } catch {
    // Falls through: whatever is wrong with it, it is no cursor of ours.
  }
  throw foreignCursor();
}

/** The place in a list that a cursor of one whole number names. Throws ID_UNKNOWN. */
export function readPlace(cursor: string): number {
  const [place] = readCursor(cursor, 1);
  if (Number.isSafeInteger(place) && Number(place) >= 0) return Number(place);
  throw foreignCursor();
}

/** What is answered to a cursor that this list did not give. */
export function foreignCursor(): DomainError {
  return new DomainError('ID_UNKNOWN', 'This cursor is not from this list; take `endCursor` as it was given.', {
    path: ['after'],
  });
}

type KeyOf<R> = (row: R) => readonly (string | number)[];

/** A page that makes of its rows what is selected of it, once. */
class ListPage<R, V> implements Page<V> {
  private shown: V[] | undefined;
  private withCursors: Edge<V>[] | undefined;

  constructor(
    private readonly rows: readonly R[],
    private readonly hasNextPage: boolean,
    private readonly key: KeyOf<R>,
    private readonly view: (row: R) => V,
    readonly countAll: CountAll | undefined,
  ) {}

  get nodes(): readonly V[] {
    return (this.shown ??= this.rows.map((row) => this.view(row)));
  }

  get edges(): readonly Edge<V>[] {
    const edge = (node: V, index: number) => ({ cursor: cursorOf(this.key(this.rows[index]!)), node });
    return (this.withCursors ??= this.nodes.map(edge));
  }

  get pageInfo(): PageInfo {
    const last = this.rows.at(-1);
    return { hasNextPage: this.hasNextPage, endCursor: last === undefined ? null : cursorOf(this.key(last)) };
  }
}

/**
 * The page over rows that were read with a limit of `first + 1`: the surplus row only says that more follow.
 * `key` is the sort key that {@link readCursor} gives back on the next page.
 */
export function pageOf<R, V>(
  rows: readonly R[],
  first: number,
  key: KeyOf<R>,
  view: (row: R) => V,
  countAll?: CountAll,
): Page<V> {
  return new ListPage(rows.slice(0, first), rows.length > first, key, view, countAll);
}

/** The page over rows of which it is known whether more follow. */
export function pageBefore<R, V>(
  rows: readonly R[],
  hasNextPage: boolean,
  key: KeyOf<R>,
  view: (row: R) => V,
): Page<V> {
  return new ListPage(rows, hasNextPage, key, view, undefined);
}
