import type { ExecutionResult } from 'graphql';
import type { CompiledDriverConfig, Executor, Operation } from '../index.js';

/** An operation that the two executors answer differently. */
export interface Difference {
  readonly operation: string;
  readonly plain: string;
  readonly compiled: string;
}

/**
 * Runs every operation of an application by graphql-js and compiled as well, and notes where the answers differ in a byte.
 * Give `observers` to the application, drive it as usual, then expect `differences` to be empty. A mutation is repeated
 * with its idempotency key, so that it records nothing more; what is compared are two repetitions.
 */
export class ParityProbe {
  readonly differences: Difference[] = [];
  operations = 0;
  private executors: { plain: Executor; compiled: Executor } | undefined;

  readonly observers: Required<Pick<CompiledDriverConfig, 'onExecutors' | 'wrapExecutor'>> = {
    onExecutors: (executors) => (this.executors = executors),
    wrapExecutor: (run) => async (operation) => {
      const answer = await run(operation);
      await this.compare(operation);
      return answer;
    },
  };

  private async compare(operation: Operation): Promise<void> {
    const { plain, compiled } = this.executors!;
    const byPlain = textOf(await plain(operation));
    // The first use may not be compiled yet, the second is.
    await compiled(operation);
    const byCompiled = textOf(await compiled(operation));
    this.operations += 1;
    if (byPlain === byCompiled) return;
    const source = operation.document.loc?.source.body ?? operation.key;
    this.differences.push({ operation: source, plain: byPlain, compiled: byCompiled });
  }
}

function textOf({ errors, data }: ExecutionResult): string {
  return JSON.stringify({ errors, data });
}
