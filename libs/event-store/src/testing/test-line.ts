import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A line of TCP to a server, between a program under test and that server, which can fall silent. */
export class TestLine {
  private readonly pairs = new Set<readonly [Socket, Socket]>();

  private constructor(
    private readonly server: Server,
    /** The server's URL, by way of this line. */
    readonly url: string,
  ) {}

  static async to(url: string): Promise<TestLine> {
    const { hostname, port } = new URL(url);
    const server = createServer((near) => line.join(near, connect(Number(port), hostname))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const own = new URL(url);
    own.hostname = '127.0.0.1';
    own.port = String((server.address() as { port: number }).port);
    const line = new TestLine(server, own.href);
    return line;
  }

  /** Every connection there is stays open and carries nothing any more, as when a machine in between is gone; new ones are taken. */
  silence(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.removeAllListeners('data').pause();
  }

  close(): void {
    this.server.close();
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
  }

  private join(near: Socket, far: Socket): void {
    const pair = [near, far] as const;
    this.pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.setNoDelay(true);
      from.on('data', (bytes) => void to.write(bytes));
      from.on('error', () => undefined);
      from.on('close', () => {
        to.destroy();
        this.pairs.delete(pair);
      });
    }
  }
}
