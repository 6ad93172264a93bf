import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as passing } from 'node:timers/promises';
import { projectFile } from '../src/project-file.js';
import { LOCAL_TOKEN_SECONDS, signedToken } from './tokens.js';

/** One GraphQL request of a journey, kept so that it can be asked again in another way. */
export interface AskedOperation {
  readonly subject: string;
  readonly query: string;
  readonly variables: object;
}

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly rule?: string; readonly missing?: string };
}

export interface GraphqlAnswer<T> {
  readonly status: number;
  /** The body as it came, to the byte. */
  readonly text: string;
  readonly data: T;
  readonly errors?: readonly GraphqlError[];
}

/** How a program of ours came to its end. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Another user to run as; needs root. */
  readonly uid?: number;
  /** Largest file that the program may write, in blocks of 512 bytes, as `ulimit -f` counts them in a POSIX shell. */
  readonly largestFile?: number;
}

const living = new Set<ChildProcess>();
process.on('exit', () => living.forEach((child) => child.kill('SIGKILL')));

/** The built api in a process of its own, on a data folder of its own, at a free port. */
export class Program {
  readonly operations: AskedOperation[] = [];
  private readonly tokens = new Map<string, Promise<string>>();

  private constructor(
    readonly folder: string,
    readonly address: string,
    readonly startedIn: number,
    private readonly running: RunningProcess,
  ) {}

  /** Starts it and waits until it says that it is ready. Throws with what it printed when it ends instead. */
  static async start(folder: string, options: StartOptions = {}): Promise<Program> {
    const began = performance.now();
    const running = RunningProcess.start(folder, 'dist/run/apps/api/src/main.js', [], options);
    const address = await running.printed(/Waymark is ready: (\S+)/);
    return new Program(folder, address, performance.now() - began, running);
  }

  /** Starts the projector, which has no data folder, and waits until it says where it is reached. */
  static async startProjector(folder: string, options: StartOptions = {}): Promise<Program> {
    const began = performance.now();
    const running = RunningProcess.start(folder, 'dist/run/apps/projector/src/main.js', [], options);
    const address = await running.printed(/health and metrics: (\S+)/);
    return new Program(folder, address, performance.now() - began, running);
  }

  /** Starts it where it is expected to end by itself, and tells how it did. */
  static startInVain(folder: string, options: StartOptions = {}): Promise<Ended> {
    return RunningProcess.start(folder, 'dist/run/apps/api/src/main.js', [], options).ended;
  }

  /** Starts it and kills it outright as soon as it has printed this. */
  static async killedAt(folder: string, text: RegExp): Promise<Ended> {
    const running = RunningProcess.start(folder, 'dist/run/apps/api/src/main.js', [], {});
    await running.printed(text);
    return running.end('SIGKILL');
  }

  /** Asks as the person with this name (`null`: nobody), and reads the answer. */
  async post<T>(subject: string | null, query: string, variables: object = {}): Promise<GraphqlAnswer<T>> {
    if (subject !== null) this.operations.push({ subject, query, variables });
    const authorization = subject === null ? {} : { authorization: `Bearer ${await this.token(subject)}` };
    return this.send<T>(JSON.stringify({ query, variables }), authorization);
  }

  /** Posts a body as it stands. */
  async send<T>(body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<GraphqlAnswer<T>> {
    const response = await fetch(`${this.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: body as string,
    });
    const text = await response.text();
    const { data, errors } = readJson(text) as { data: T; errors?: GraphqlError[] };
    return { status: response.status, text, data, ...(errors !== undefined && { errors }) };
  }

  /** Resolves when questions can be answered: the tables are there. */
  async ready(): Promise<void> {
    for (const until = Date.now() + 120_000; ; await passing(50)) {
      const response = await this.get('/health/ready');
      if (response.status === 200) return;
      if (Date.now() > until) throw new Error(`not ready: ${await response.text()}`);
    }
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(`${this.address}${path}`, { headers });
  }

  token(subject: string): Promise<string> {
    const token = this.tokens.get(subject) ?? signedToken(this.folder, subject, LOCAL_TOKEN_SECONDS);
    this.tokens.set(subject, token);
    return token;
  }

  get pid(): number {
    return this.running.pid;
  }

  /** Sends a signal to the program, which goes on or not. */
  signal(signal: NodeJS.Signals): void {
    this.running.signal(signal);
  }

  /** What a balancer or an installer sends. */
  terminate(): Promise<Ended> {
    return this.running.end('SIGTERM');
  }

  /** Ctrl-C. */
  stop(): Promise<Ended> {
    return this.running.end('SIGINT');
  }

  kill(): Promise<Ended> {
    return this.running.end('SIGKILL');
  }
}

/** Words that name an administrator whom another issuer signs in, for `waymark admin`. */
export const someAdmin: readonly string[] = [
  ...['--issuer', 'https://login.example.org', '--subject', 'a'],
  ...['--name', 'A B', '--email', 'a@b.example'],
];

/** Runs the built command line to its end. */
export function cli(folder: string, words: readonly string[], env: StartOptions['env'] = {}): Promise<Ended> {
  return RunningProcess.start(folder, 'dist/run/apps/cli/src/main.js', words, { env }).ended;
}

/** Runs the built command line and kills it outright as soon as the condition holds. Throws when it ends before. */
export async function cliKilledWhen(folder: string, words: readonly string[], holds: () => boolean): Promise<Ended> {
  const running = RunningProcess.start(folder, 'dist/run/apps/cli/src/main.js', words, {});
  let ended: Ended | undefined;
  void running.ended.then((end) => (ended = end));
  for (; !holds(); await passing(2)) if (ended !== undefined) throw new Error(`it ended: ${ended.stderr}`);
  return running.end('SIGKILL');
}

class RunningProcess {
  private stdout = '';
  private stderr = '';
  private readonly waiting = new Set<() => void>();
  readonly ended: Promise<Ended>;

  private constructor(private readonly child: ChildProcess) {
    living.add(child);
    const began = performance.now();
    child.stdout!.setEncoding('utf8').on('data', (text: string) => this.heard(() => (this.stdout += text)));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => this.heard(() => (this.stderr += text)));
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        living.delete(child);
        const { stdout, stderr } = this;
        resolve({ code, signal, stdout, stderr, milliseconds: performance.now() - began });
      });
    });
  }

  static start(folder: string, program: string, words: readonly string[], options: StartOptions): RunningProcess {
    const { uid, largestFile, env } = options;
    const command = [process.execPath, projectFile(program), ...words];
    const limited = ['sh', '-c', `ulimit -f ${largestFile}; exec "$0" "$@"`];
    const [file, ...args] = (largestFile === undefined ? command : [...limited, ...command]) as [string, ...string[]];
    return new RunningProcess(
      spawn(file, args, {
        cwd: projectFile('.'),
        env: { ...cleanEnvironment(), DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'error', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        ...(uid !== undefined && { uid, gid: uid }),
      }),
    );
  }

  /** What the first group of the pattern matched, as soon as it is printed on either stream. */
  printed(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
        if (found === null) return;
        this.waiting.delete(look);
        resolve(found[1] ?? found[0]);
      };
      this.waiting.add(look);
      look();
      this.ended.then(
        ({ code, stderr }) => reject(new Error(`the program ended with ${code}: ${stderr.slice(0, 2_000)}`)),
        reject,
      );
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async end(signal: NodeJS.Signals): Promise<Ended> {
    const began = performance.now();
    this.signal(signal);
    return { ...(await this.ended), milliseconds: performance.now() - began };
  }

  private heard(note: () => void): void {
    note();
    for (const look of this.waiting) look();
  }
}

/** The environment without the settings of whoever runs the tests, and without what Jest says to its children. */
function cleanEnvironment(): Record<string, string> {
  const settings =
    /^(PORT|HOST|DATA_DIR|EVENT_STORE_URL|READ_STORE_URL|KEYS_URL|MASTER_KEY_FILE|PROJECTIONS|PROJECTOR_PORT|SHUTDOWN_GRACE|OIDC_.*|LOG_LEVEL|GRAPHQL_JIT|EXPLORER)$/;
  const others = /^(SAMPLE_DATA|NODE_ENV|NODE_OPTIONS|WAYMARK_.*|JEST_.*)$/;
  const kept = Object.entries(process.env).filter(([name]) => !settings.test(name) && !others.test(name));
  return Object.fromEntries(kept) as Record<string, string>;
}

function readJson(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
}
