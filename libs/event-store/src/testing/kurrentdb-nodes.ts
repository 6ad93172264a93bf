import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';

const LONGEST_START_MS = 120_000;
/** What a service manager waits before it starts a node again. */
const RESTART_MS = 250;

interface Running {
  readonly child: ChildProcess;
  isMeantToEnd: boolean;
}

interface Member {
  readonly state: string;
  readonly isAlive: boolean;
  readonly httpEndPointPort: number;
  /** Where its log ends; 0 until others know it. */
  readonly writerCheckpoint: number;
}

/**
 * Nodes of a real KurrentDB or EventStoreDB, for tests that must kill one: what KURRENTDB_PROGRAM names (`eventstored`, `kurrentd`, or a
 * script that becomes it), on loopback, without TLS, in a folder of their own. One node, or the nodes of one cluster; those are started
 * again when they end by themselves, as a service manager does.
 */
export class KurrentNodes {
  private readonly folder = mkdtempSync(join(tmpdir(), 'waymark-kurrentdb-'));
  private readonly running = new Map<number, Running>();
  private isOver = false;
  /** How often a node ended by itself, which it does when it must cut off what was never replicated. */
  endings = 0;

  private constructor(
    private readonly program: string,
    private readonly places: readonly { readonly http: number; readonly replication: number }[],
  ) {}

  /** Starts so many nodes on an empty record and waits for their leader. */
  static async start(size: number, program = process.env['KURRENTDB_PROGRAM']): Promise<KurrentNodes> {
    if (program === undefined) throw new Error('KURRENTDB_PROGRAM names no server program');
    const places: { http: number; replication: number }[] = [];
    for (let n = 0; n < size; n += 1) places.push({ http: await freePort(), replication: await freePort() });
    const nodes = new KurrentNodes(program, places);
    for (const node of places.keys()) nodes.startNode(node);
    await nodes.leader();
    return nodes;
  }

  /** Connection string that names every node. */
  get url(): string {
    return `kurrentdb://${this.ports.map((port) => `127.0.0.1:${port}`).join(',')}?tls=false`;
  }

  get ports(): readonly number[] {
    return this.places.map(({ http }) => http);
  }

  /** The node that leads, by its own word; waits for one. */
  async leader(): Promise<number> {
    for (const patience = performance.now() + LONGEST_START_MS; performance.now() < patience;) {
      for (const node of this.running.keys()) if ((await this.leaderSeenBy(node)) === node) return node;
      await after(50);
    }
    throw new Error(`KurrentDB has no leader:\n${this.lastWords()}`);
  }

  /** Starts a node that does not run; it serves some seconds later. */
  startNode(node: number): void {
    if (this.isOver || this.running.has(node)) return;
    const home = join(this.folder, String(node));
    mkdirSync(home, { recursive: true });
    const output = openSync(join(home, 'output.log'), 'a');
    const child = spawn(this.program, this.words(node, home), {
      env: surroundings(),
      stdio: ['ignore', output, output],
    });
    const running: Running = { child, isMeantToEnd: false };
    this.running.set(node, running);
    // With whoever started them, however that ends.
    const takeAlong = () => child.kill('SIGKILL');
    process.once('exit', takeAlong);
    child.once('exit', () => {
      process.off('exit', takeAlong);
      this.running.delete(node);
      if (running.isMeantToEnd) return;
      this.endings += 1;
      if (this.places.length > 1) setTimeout(() => this.startNode(node), RESTART_MS).unref();
    });
  }

  /** `SIGKILL` ends a node outright, `SIGTERM` cleanly. It stays away until `startNode`. */
  async endNode(node: number, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const running = this.running.get(node);
    if (running === undefined) return;
    running.isMeantToEnd = true;
    const ended = once(running.child, 'exit');
    running.child.kill(signal);
    await ended;
  }

  /** Stops a node where it stands, or lets it go on. */
  signalNode(node: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.running.get(node)?.child.kill(signal);
  }

  /** Ends everything and removes what was recorded. */
  async remove(): Promise<void> {
    this.isOver = true;
    await Promise.all([...this.running.keys()].map((node) => this.endNode(node)));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private words(node: number, home: string): string[] {
    const { http, replication } = this.places[node]!;
    const words = [
      '--insecure',
      `--db=${join(home, 'data')}`,
      `--log=${join(home, 'log')}`,
      '--node-ip=127.0.0.1',
      `--node-port=${http}`,
      '--replication-ip=127.0.0.1',
      `--replication-port=${replication}`,
    ];
    if (this.places.length === 1) return words;
    const others = this.ports.filter((port) => port !== http).map((port) => `127.0.0.1:${port}`);
    const cluster = [
      `--cluster-size=${this.places.length}`,
      '--discover-via-dns=false',
      `--gossip-seed=${others.join(',')}`,
    ];
    return [...words, ...cluster];
  }

  /** Where the log of a running node ends by its own word, replicated or not. */
  async endOfLog(node: number): Promise<number> {
    const members = await this.membersSeenBy(node);
    return members.find(({ httpEndPointPort }) => httpEndPointPort === this.ports[node])?.writerCheckpoint ?? 0;
  }

  /** Which node this one takes for the leader; undefined when it says nothing of the kind. */
  private async leaderSeenBy(node: number): Promise<number | undefined> {
    const leader = (await this.membersSeenBy(node)).find(({ state, isAlive }) => isAlive && state === 'Leader');
    return leader && this.ports.indexOf(leader.httpEndPointPort);
  }

  /** Empty when it does not answer. */
  private async membersSeenBy(node: number): Promise<readonly Member[]> {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.ports[node]}/gossip`, { signal: AbortSignal.timeout(1_000) });
      return ((await answer.json()) as { members: readonly Member[] }).members;
    } catch {
      return [];
    }
  }

  private lastWords(): string {
    return [...this.places.keys()]
      .map((node) => join(this.folder, String(node), 'output.log'))
      .filter((file) => existsSync(file))
      .map((file) => `${file}: ${readFileSync(file, 'utf8').slice(-1_500)}`)
      .join('\n');
  }
}

/** Nothing of ours but what a program needs to run; and the server is to tell nobody of itself. */
function surroundings(): NodeJS.ProcessEnv {
  const ours = ['PATH', 'HOME', 'TMPDIR', 'DOTNET_ROOT'].map((name) => [name, process.env[name]]);
  const silent = { EVENTSTORE_TELEMETRY_OPTOUT: 'true', KURRENTDB_TELEMETRY_OPTOUT: 'true' };
  return { ...(Object.fromEntries(ours.filter(([, value]) => value !== undefined)) as NodeJS.ProcessEnv), ...silent };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
