import { Global, Module } from '@nestjs/common';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import {
  type CommandMeta,
  CommandRunner,
  type Decider,
  EventCatalogue,
  type Receipt,
  streamName,
} from '@waymark/kernel';
import { someMeta } from '@waymark/kernel/testing';
import { CommandBindings, commandHandlers } from './command-handlers.js';

class OpenGate {
  readonly type = 'OpenGate';
  readonly about = {};
  constructor(readonly meta: CommandMeta) {}
}
class ShutGate {
  readonly type = 'ShutGate';
  readonly about = {};
  constructor(
    readonly meta: CommandMeta,
    readonly reason: string,
  ) {}
}

const gateDecider: Decider<null, OpenGate | ShutGate, never> = {
  category: 'gate',
  catalogue: new EventCatalogue({}),
  initial: null,
  stream: () => streamName('gate', 'north'),
  decide: () => [],
  evolve: (state) => state,
};

const receipt = { position: 7 } as Receipt;

async function started(...lists: ReturnType<typeof commandHandlers>[]) {
  const issued: unknown[] = [];
  const runner = {
    run: (_: unknown, command: unknown) => {
      issued.push(command);
      return Promise.resolve(receipt);
    },
  };
  @Global()
  @Module({
    providers: [CommandBindings, { provide: CommandRunner, useValue: runner }],
    exports: [CommandBindings, CommandRunner],
  })
  class Kit {}
  const slices = lists.map((providers) => {
    @Module({ providers })
    class Slice {}
    return Slice;
  });
  const module = await Test.createTestingModule({ imports: [CqrsModule.forRoot(), Kit, ...slices] }).compile();
  await module.init();
  return { bus: module.get(CommandBus), issued };
}

describe('commandHandlers', () => {
  it('binds each command of the decider to the bus, which answers with its receipt', async () => {
    const { bus, issued } = await started(commandHandlers(gateDecider, [OpenGate, ShutGate]));
    const command = new ShutGate(someMeta(), 'storm');
    await expect(bus.execute(command)).resolves.toBe(receipt);
    expect(issued).toEqual([command]);
  });

  it('names each handler after its command', () => {
    const names = commandHandlers(gateDecider, [OpenGate, ShutGate]).map(
      (handler) => (handler as { name: string }).name,
    );
    expect(names).toEqual(['OpenGateHandler', 'ShutGateHandler']);
  });

  it('does not start when a command is bound twice', async () => {
    const twice = [
      commandHandlers(gateDecider, [OpenGate, ShutGate]),
      commandHandlers(gateDecider, [OpenGate, ShutGate]),
    ];
    await expect(started(...twice)).rejects.toThrow('The command OpenGate is bound to two handlers');
  });

  it('does not compile when a command of the union is missing', () => {
    // @ts-expect-error ShutGate has no handler
    expect(commandHandlers(gateDecider, [OpenGate])).toHaveLength(1);
  });
});
