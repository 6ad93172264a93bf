import type { Faults } from './faults.js';
import { MemoryLog } from './log.js';
import { DoubleNode, type Membership, type NodeOptions } from './node.js';

export type { Faults } from './faults.js';
export type { MemoryLog } from './log.js';
export type { NodeOptions } from './node.js';

/**
 * A double of KurrentDB and EventStoreDB: speaks their protocol on loopback, so that the real client runs against it, and has each
 * fault of theirs on a switch. What it says is modelled on EventStoreDB 24.6. It shows that Waymark talks the protocol, not how a
 * server behaves: run the same specs against a real one by KURRENTDB_URL.
 */
export class KurrentDouble {
  private readonly node: DoubleNode;

  private constructor(options: NodeOptions) {
    this.node = new DoubleNode(new MemoryLog(), undefined, options);
  }

  static async start(options: NodeOptions = {}): Promise<KurrentDouble> {
    const double = new KurrentDouble(options);
    await double.node.start();
    return double;
  }

  get log(): MemoryLog {
    return this.node.log;
  }

  get faults(): Faults {
    return this.node.faults;
  }

  get port(): number {
    return this.node.port;
  }

  /** Connection string of a node without TLS. */
  get url(): string {
    return `kurrentdb://127.0.0.1:${this.port}?tls=false`;
  }

  /** The same past the wire, for measurements. */
  get directUrl(): string {
    return `kurrentdb://127.0.0.1:${this.node.directPort}?tls=false`;
  }

  /** Starts again on the same port, with everything that was ever written. */
  async startAgain(): Promise<void> {
    await this.node.start();
  }

  async stop(): Promise<void> {
    await this.node.stop();
  }

  /** Ends every connection; new ones are taken. */
  drop(): void {
    this.node.wire.cut();
  }

  /** Every connection there is stays open and carries nothing any more; new ones are served. */
  silence(): void {
    this.node.wire.silence();
  }

  /** Stands still as a stopped process does, until it is thawed. */
  freeze(): void {
    this.node.wire.freeze();
  }

  thaw(): void {
    this.node.wire.thaw();
  }
}

/** Nodes over one log, of which one leads. */
export class KurrentDoubleCluster implements Membership {
  private readonly log = new MemoryLog();
  readonly nodes: readonly DoubleNode[];
  private leading: DoubleNode | undefined;

  private constructor(size: number) {
    this.nodes = Array.from({ length: size }, () => new DoubleNode(this.log, this));
    this.leading = this.nodes[0];
  }

  static async start(size = 3): Promise<KurrentDoubleCluster> {
    const cluster = new KurrentDoubleCluster(size);
    for (const node of cluster.nodes) await node.start();
    return cluster;
  }

  /** Connection string that names every node. */
  get url(): string {
    return `kurrentdb://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}?tls=false`;
  }

  members() {
    return this.nodes.map((node) => ({ port: node.port, isAlive: node.isRunning, isLeader: node === this.leading }));
  }

  leader(): DoubleNode | undefined {
    return this.leading;
  }

  /** Kills the leader; another node leads when `elect` is called. */
  async killLeader(): Promise<DoubleNode> {
    const killed = this.leading!;
    this.leading = undefined;
    await killed.stop();
    return killed;
  }

  elect(): void {
    this.leading = this.nodes.find((node) => node.isRunning);
  }

  async stop(): Promise<void> {
    for (const node of this.nodes) if (node.isRunning) await node.stop();
  }
}
