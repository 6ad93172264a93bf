import { Module } from '@nestjs/common';
import {
  Args,
  Context,
  Field,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import {
  type Command,
  type CommandMeta,
  type Decider,
  DomainError,
  EventCatalogue,
  type EventsOf,
  eventType,
  plain,
  streamName,
} from '@waymark/kernel';
import { IsInt, Min } from 'class-validator';
import {
  Access,
  commandHandlers,
  connectionOf,
  DateScalar,
  globalId,
  GlobalId,
  ListLength,
  localId,
  MutationInput,
  Mutations,
  Nested,
  Node,
  NodeRegistry,
  type Page,
  PageArgs,
  pageOf,
  type Payload,
  payloadOf,
  readPlace,
  RequestContext,
  SchoolYearScalar,
  Text,
} from '../index.js';

/** A slice as small as can be, to drive everything around slices. */
export const gateCatalogue = new EventCatalogue({
  GateBuilt: eventType({ recorded: 'A gate is built.', fields: { gate: plain.code(), width: plain.integer() } }),
});
type GateEvent = EventsOf<typeof gateCatalogue.types>;

export class BuildGate implements Command<'BuildGate'> {
  readonly type = 'BuildGate';
  readonly about = {};
  constructor(
    readonly gate: string,
    readonly width: number,
    readonly meta: CommandMeta,
  ) {}
}

export const gateDecider: Decider<number | null, BuildGate, GateEvent> = {
  category: 'gate',
  catalogue: gateCatalogue,
  initial: null,
  stream: (command) => streamName('gate', command.gate),
  decide: (command, width) => {
    if (width !== null)
      throw new DomainError('REFUSED', 'This gate stands already; name another.', { rule: 'R-00', path: ['name'] });
    return [{ type: 'GateBuilt', data: { gate: command.gate, width: command.width } }];
  },
  evolve: (_, event) => event.data.width,
};

@ObjectType({ description: 'Who keeps a gate.' })
export class Keeper {
  @Field(() => String, { description: 'Name.' })
  name!: string;
}

@ObjectType('Gate', { implements: () => [Node], description: 'A gate.' })
export class Gate implements Node {
  id!: string;

  @Field(() => String, { description: 'Name.' })
  name!: string;

  @Field(() => Int, { nullable: true, description: 'Width.' })
  width!: number | null;

  @Field(() => DateScalar, { description: 'Built on.' })
  builtOn!: string;

  @Field(() => [Int], { description: 'Planks.' })
  planks!: number[];

  @Field(() => Int, { defaultValue: 7, nullable: true, description: 'Colour.' })
  colour?: number;

  @Field(() => [Gate], { description: 'Neighbours.' })
  neighbours!: Gate[];

  @ListLength(100)
  @Field(() => [Gate], { nullable: true, description: 'A long row of gates.' })
  steps?: Gate[];
}

const GateConnection = connectionOf(() => Gate, 'Gate');
const GatePayload = payloadOf(() => Gate, 'Gate');

@InputType({ description: 'A mark on a gate.' })
export class MarkInput {
  @Text(10, { description: 'What it says.' })
  says!: string;
}

@InputType({ description: 'A gate to build.' })
export class BuildGateInput extends MutationInput {
  @Text(30, { description: 'Name of the gate.' })
  name!: string;

  @Field(() => Int, { description: 'Width.' })
  @IsInt()
  @Min(1)
  width!: number;

  @Text(40_000, { description: 'A long story.', nullable: true })
  story?: string;

  @Nested(() => MarkInput, { description: 'Marks.', nullable: true, list: { max: 3 } })
  marks?: MarkInput[];

  @GlobalId({ description: 'The gate next to it.', nullable: true })
  nextTo?: string;

  @Field(() => SchoolYearScalar, { nullable: true, description: 'For a year.' })
  year?: string;
}

function gateOf(number: number): Gate {
  const name = `Gate ${String(number).padStart(3, '0')}`;
  const view = { id: globalId('Gate', name), name, width: number % 5 === 0 ? null : number, builtOn: '2025-10-15' };
  return Object.assign(new Gate(), { ...view, planks: [1, 2, 3], neighbours: [] as Gate[] });
}

const GATES = Array.from({ length: 120 }, (_, number) => gateOf(number));
/** What the slice saw: inputs of mutations, batches of the keeper loader, how often the gates were counted. */
export const seen = { inputs: [] as BuildGateInput[], batches: [] as number[], counts: 0 };

@Resolver(() => Gate)
export class GateResolver {
  constructor(
    private readonly mutations: Mutations,
    private readonly access: Access,
    private readonly nodes: NodeRegistry,
  ) {}

  onModuleInit(): void {
    this.nodes.register('Gate', (id) => Promise.resolve(GATES.find((gate) => gate.name === id) ?? null));
  }

  @Query(() => GateConnection, { description: 'All gates.' })
  gates(@Args() { first, after }: PageArgs): Page<Gate> {
    const from = after === undefined ? 0 : readPlace(after) + 1;
    const rows = GATES.slice(from, from + first + 1);
    return pageOf(
      rows,
      first,
      (gate) => [GATES.indexOf(gate)],
      (gate) => gate,
      () => {
        seen.counts += 1;
        return GATES.length;
      },
    );
  }

  @Query(() => [Gate], { description: 'Gates without pages.' })
  someGates(@Args('count', { type: () => Int }) count: number): Gate[] {
    return GATES.slice(0, count);
  }

  @Query(() => String, { nullable: true, description: 'Fails in a way.' })
  fail(@Args('how', { type: () => String }) how: string): string {
    if (how === 'domain') throw new DomainError('ID_UNKNOWN', 'There is no such gate.', { path: ['how'] });
    throw new TypeError(`secret detail ${how}`);
  }

  @Query(() => String, { description: 'Who may ask.' })
  async mine(@Context() context: RequestContext): Promise<string> {
    return (await this.access.authorise(context, 'read:gates')).role;
  }

  @ResolveField(() => Keeper, { description: 'Its keeper.' })
  keeper(@Parent() gate: Gate, @Context() context: RequestContext): Promise<Keeper | null> {
    const loader = context.loader(this, (names: readonly string[]) => {
      seen.batches.push(names.length);
      return Promise.resolve(new Map(names.map((name) => [name, { name: `Keeper of ${name}` }])));
    });
    return loader.load(gate.name);
  }

  @ResolveField(() => String, { nullable: true, description: 'Fails for some gates.' })
  rust(@Parent() gate: Gate): string {
    if (gate.width === null) throw new Error('secret rust');
    return 'none';
  }

  @ResolveField(() => Int, { description: 'Fails for some gates and may not be null.' })
  load(@Parent() gate: Gate): number | null {
    return gate.width;
  }

  @Mutation(() => GatePayload, { description: 'Builds a gate.' })
  buildGate(@Args('input') input: BuildGateInput, @Context() context: RequestContext): Promise<Payload<Gate>> {
    seen.inputs.push(input);
    return this.mutations.run({
      context,
      operation: 'buildGate',
      input,
      about: () => {
        if (input.nextTo !== undefined) localId('Gate', input.nextTo, ['nextTo']);
        return {};
      },
      command: (meta) => new BuildGate(input.name.replaceAll(' ', '-'), input.width, meta),
      read: () => Promise.resolve({ ...gateOf(0), name: input.name, width: input.width }),
    });
  }
}

@Module({ providers: [GateResolver, ...commandHandlers(gateDecider, [BuildGate])] })
export class GatesModule {}
