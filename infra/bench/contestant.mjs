// A store that is measured, in a process of its own that stays up from round to round, so that none is slowed by another's garbage and a
// peer that ends its process ends no other.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./contestant-process.mjs', import.meta.url));
/** Beyond what a task is to take. */
const PATIENCE_MS = 60_000;

export class Contestant {
  #child;
  #said = '';

  /** `module`: its file among the contestants. */
  constructor(module) {
    this.module = module;
  }

  /** Answers the figures of a task (see contestant-process.mjs). Rejects with what the process said when it fails, ends or hangs. */
  ask(task) {
    this.#child ??= this.#start();
    const child = this.#child;
    this.#said = '';
    return new Promise((resolve, reject) => {
      const over = (settle, value) => {
        clearTimeout(timer);
        child.removeAllListeners('message');
        child.off('exit', gone);
        settle(value);
      };
      const gone = () => over(reject, new Error(reasonIn(this.#said)));
      const timer = setTimeout(() => {
        this.#said = 'It gave no answer.';
        child.kill('SIGKILL');
      }, (task.milliseconds ?? 0) + PATIENCE_MS);
      child.once('exit', gone);
      child.once('message', ({ result, error }) => (error === undefined ? over(resolve, result) : over(reject, new Error(error))));
      child.send({ ...task, module: this.module });
    });
  }

  async end() {
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  #start() {
    const child = fork(program, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    child.stderr.setEncoding('utf8').on('data', (text) => (this.#said = (this.#said + text).slice(-4_000)));
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    return child;
  }
}

/** The line of an uncaught error that says what it was. */
function reasonIn(said) {
  return /^.*Error: .*$/m.exec(said)?.[0].trim() ?? (said.trim().split('\n').at(-1) || 'Its process ended.');
}
