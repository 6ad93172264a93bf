import { Injectable, type Provider } from '@nestjs/common';
import { CommandHandler } from '@nestjs/cqrs';
import {
  type Command,
  type CommandClass,
  CommandRunner,
  type Decider,
  type DomainEvent,
  type Receipt,
} from '@waymark/kernel';

type InstanceOf<T> = T extends new (...args: never[]) => infer I ? I : never;
/** Compiles for a complete list of command classes alone; otherwise the error names the commands that are missing. */
type Complete<C, T extends readonly CommandClass[]> = [Exclude<C, InstanceOf<T[number]>>] extends [never]
  ? unknown
  : { readonly 'no class given for': Exclude<C, InstanceOf<T[number]>> };

/** Which commands are bound in this application. Binding one twice stops the start: Nest itself would let the later one win. */
@Injectable()
export class CommandBindings {
  private readonly bound = new Set<CommandClass>();

  claim(command: CommandClass): void {
    if (this.bound.has(command)) throw new Error(`The command ${command.name} is bound to two handlers`);
    this.bound.add(command);
  }
}

/**
 * Providers that bind the command classes of a decider to the CommandBus. Every member of the decider's command union
 * must be listed (a compile error otherwise), none twice (a start-up error). The bus answers with the command's Receipt.
 */
export function commandHandlers<
  S,
  C extends Command,
  E extends DomainEvent,
  const T extends readonly CommandClass<C>[],
>(decider: Decider<S, C, E>, commands: T & Complete<C, T>): Provider[] {
  return (commands as readonly CommandClass<C>[]).map((command) => {
    const name = `${command.name}Handler`;
    const handler = {
      [name]: class {
        constructor(
          private readonly runner: CommandRunner,
          bindings: CommandBindings,
        ) {
          bindings.claim(command);
        }

        execute(issued: C): Promise<Receipt> {
          return this.runner.run(decider, issued);
        }
      },
    }[name]!;
    Reflect.defineMetadata('design:paramtypes', [CommandRunner, CommandBindings], handler);
    Injectable()(handler);
    CommandHandler(command)(handler);
    return handler;
  });
}
