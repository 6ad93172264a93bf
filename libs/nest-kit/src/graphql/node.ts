import { Injectable } from '@nestjs/common';
import { Args, Context, Field, ID, InterfaceType, Query, Resolver } from '@nestjs/graphql';
import { DomainError } from '@waymark/kernel';
import type { RequestContext } from './request-context.js';

/** Anything that can be looked up again by its id alone. Views say `implements: () => [Node]`. */
@InterfaceType('Node', {
  description: 'Anything that can be looked up again by its id.',
  resolveType: (value: { __typename?: string; constructor: { name: string } }) =>
    value.__typename ?? value.constructor.name,
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque and permanent. Take it as it is; do not build or take it apart.' })
  id!: string;
}

const TYPE = /^[A-Z][A-Za-z0-9]{0,60}$/;

/** The id clients see: opaque to them, unique over all types. */
export function globalId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/** What a global id stands for, or undefined when it is not one of ours. */
export function readGlobalId(text: string): { type: string; id: string } | undefined {
  if (text.length > 400 || !/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  const plain = Buffer.from(text, 'base64url').toString('utf8');
  const colon = plain.indexOf(':');
  const type = plain.slice(0, Math.max(colon, 0));
  const id = plain.slice(colon + 1);
  if (!TYPE.test(type) || id === '' || globalId(type, id) !== text) return undefined;
  return { type, id };
}

/** The inner id of a global id of this type. Throws ID_UNKNOWN, naming the path, for anything else. */
export function localId<T extends string = string>(type: string, text: string, path: readonly string[] = ['id']): T {
  const read = readGlobalId(text);
  if (read?.type !== type) {
    const found = read === undefined ? 'is not an id of this system' : `is the id of a ${read.type}`;
    throw new DomainError('ID_UNKNOWN', `"${text.slice(0, 80)}" ${found}; give the id of a ${type}.`, { path });
  }
  return read.id as T;
}

/** Finds one view by its inner id, having checked the rights of the asker; null when there is none they may see. */
export type NodeLoader = (id: string, context: RequestContext) => Promise<object | null>;

/** Who can look up which type. Slices register their types when their module starts (`onModuleInit`). */
@Injectable()
export class NodeRegistry {
  private readonly loaders = new Map<string, NodeLoader>();

  register(type: string, loader: NodeLoader): void {
    if (this.loaders.has(type)) throw new Error(`Two slices look up nodes of type ${type}`);
    this.loaders.set(type, loader);
  }

  async load(id: string, context: RequestContext): Promise<object | null> {
    const read = readGlobalId(id);
    const loader = read === undefined ? undefined : this.loaders.get(read.type);
    if (read === undefined || loader === undefined) {
      throw new DomainError('ID_UNKNOWN', `"${id.slice(0, 80)}" is not an id of this system.`, { path: ['id'] });
    }
    const view = await loader(read.id, context);
    if (view === null) return null;
    return Object.assign(Object.create(Object.getPrototypeOf(view) as object) as object, view, {
      __typename: read.type,
    });
  }
}

/** `node(id)` and `nodes(ids)`. */
@Resolver(() => Node)
export class NodeResolver {
  constructor(private readonly registry: NodeRegistry) {}

  @Query(() => Node, {
    name: 'node',
    nullable: true,
    description: 'The thing with this id, or null when there is none.',
  })
  node(
    @Args('id', { type: () => ID, description: 'An id as an earlier answer gave it.' }) id: string,
    @Context() context: RequestContext,
  ): Promise<object | null> {
    return this.registry.load(id, context);
  }

  @Query(() => [Node], {
    name: 'nodes',
    nullable: 'items',
    description: 'The things with these ids (at most 100), in the same order; null where there is none.',
  })
  nodes(
    @Args('ids', { type: () => [ID], description: 'Ids as earlier answers gave them.' }) ids: string[],
    @Context() context: RequestContext,
  ): Promise<(object | null)[]> {
    if (ids.length > 100) throw new DomainError('TOO_LARGE', 'At most 100 ids at once.', { path: ['ids'] });
    return Promise.all(ids.map((id) => this.registry.load(id, context)));
  }
}
