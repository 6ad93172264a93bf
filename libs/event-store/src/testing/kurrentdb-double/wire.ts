import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/**
 * The line between clients and a double: bytes go through it, stand still on it, or find it cut. A frozen line is what a stopped
 * process looks like from outside: connections are taken, and nothing ever comes back, keep-alives included.
 */
export class Wire {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private isFrozen = false;

  /** Port of loopback on which clients connect; chosen at the first opening, the same ever after. */
  port = 0;

  async open(target: number): Promise<void> {
    this.isFrozen = false;
    this.server = createServer((client) => this.connect(client, target));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as { port: number }).port;
  }

  /** Ends every connection at once; new ones are taken. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  /** The connections there are stay open and carry nothing any more, as when a machine between is gone; new ones are served. */
  silence(): void {
    for (const socket of this.sockets) socket.removeAllListeners('data').pause();
  }

  freeze(): void {
    this.isFrozen = true;
    for (const socket of this.sockets) socket.pause();
  }

  thaw(): void {
    this.isFrozen = false;
    for (const socket of this.sockets) socket.resume();
  }

  /** Cuts the line and refuses new connections. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    this.cut();
    if (server === undefined) return;
    server.close();
    await once(server, 'close');
  }

  private connect(client: Socket, target: number): void {
    const inside = createConnection(target, '127.0.0.1');
    for (const [from, to] of [
      [client, inside],
      [inside, client],
    ] as const) {
      this.sockets.add(from);
      from.setNoDelay(true);
      from.on('data', (bytes) => {
        if (!to.write(bytes)) from.pause();
      });
      to.on('drain', () => {
        if (!this.isFrozen) from.resume();
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      if (this.isFrozen) from.pause();
    }
  }
}
