// A line of TCP between two parties that can be cut, or fall silent.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Line {
  #pairs = new Set();
  #server;

  /** Opens the line to a port of this machine; clients connect to `port`. */
  async open(target) {
    this.#server = createServer((near) => this.#join(near, target)).listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = this.#server.address().port;
  }

  /** Ends every connection there is; new ones are taken. */
  cut() {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** Every connection there is stays open and carries nothing any more, as when a machine in between is gone; new ones are taken. */
  silence() {
    for (const pair of this.#pairs) for (const socket of pair) socket.removeAllListeners('data').pause();
  }

  close() {
    this.#server.close();
    this.cut();
  }

  #join(near, target) {
    const far = connect(target, '127.0.0.1');
    const pair = [near, far];
    this.#pairs.add(pair);
    for (const [from, to] of [pair, pair.toReversed()]) {
      from.setNoDelay(true);
      from.on('data', (bytes) => void to.write(bytes));
      from.on('error', () => undefined);
      from.on('close', () => {
        to.destroy();
        this.#pairs.delete(pair);
      });
    }
  }
}
