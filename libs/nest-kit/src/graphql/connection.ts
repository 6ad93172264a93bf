import { type Type } from '@nestjs/common';
import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import { DomainError } from '@waymark/kernel';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** Most entries on one page. */
export const LARGEST_PAGE = 100;
/** Entries on a page when the caller says nothing. */
export const DEFAULT_PAGE = 50;

/** `first` and `after` of a list: `@Args() page: PageArgs`. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { description: `How many entries, 1 to ${LARGEST_PAGE}.`, defaultValue: DEFAULT_PAGE })
  @IsInt()
  @Min(1)
  @Max(LARGEST_PAGE)
  first: number = DEFAULT_PAGE;

  @Field(() => String, { nullable: true, description: 'Go on after this cursor (`endCursor` of the page before).' })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  after?: string | undefined;
}

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

/** One page of a list, as {@link connectionOf} types it. */
export interface Page<V> {
  readonly edges: { readonly cursor: string; readonly node: V }[];
  readonly nodes: V[];
  readonly pageInfo: PageInfo;
  readonly totalCount?: number | null;
}

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

    @Field(() => Int, { nullable: true, description: 'Entries in the whole list, where that is counted.' })
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
  throw new DomainError('ID_UNKNOWN', 'This cursor is not from this list; take `endCursor` as it was given.', {
    path: ['after'],
  });
}

/**
 * The page over rows that were read with a limit of `first + 1`: the surplus row only says that more follow.
 * `key` is the sort key that {@link readCursor} gives back on the next page.
 */
export function pageOf<R, V>(
  rows: readonly R[],
  first: number,
  key: (row: R) => readonly (string | number)[],
  view: (row: R) => V,
  totalCount?: number,
): Page<V> {
  const edges = rows.slice(0, first).map((row) => ({ cursor: cursorOf(key(row)), node: view(row) }));
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount: totalCount ?? null,
  };
}
