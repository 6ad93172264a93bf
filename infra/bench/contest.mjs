// Stores next to each other under the same loads: who there is, where each keeps its events, and their measurements for rounds.mjs.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Contestant } from './contestant.mjs';
import { appendOf } from './history.mjs';
import { rawSyncs, storedBytes } from './measure.mjs';

/**
 * `module` among the contestants; `peer`: its failure is a finding, ours ends the run; `perAppend`, `atOnce`: how it is filled;
 * `scans`: false where it has no order over all streams.
 */
const known = {
  'raw INSERT into SQLite': { module: 'raw-sqlite', perAppend: 1, atOnce: 1 },
  'Waymark on SQLite': { module: 'waymark-sqlite', perAppend: 10, atOnce: 50 },
  'emmett-sqlite': { module: 'emmett-sqlite', perAppend: 100, atOnce: 1, peer: true },
  'raw INSERT into PostgreSQL': { module: 'raw-postgres', perAppend: 1, atOnce: 50 },
  'Waymark on PostgreSQL': { module: 'waymark-postgres', perAppend: 10, atOnce: 50 },
  'emmett-postgresql': { module: 'emmett-postgres', perAppend: 10, atOnce: 50, peer: true },
  'castore-postgres': { module: 'castore-postgres', scans: false, peer: true },
  'message-db': { module: 'message-db', perAppend: 1, atOnce: 50, peer: true },
};

/** About the bytes that Waymark stores for each event of the load. */
export const EVENT_BYTES = eventBytes();

function eventBytes() {
  const { stream, events } = appendOf(0, 0);
  return storedBytes(stream, 0, events[0]).byteLength;
}

export class Contest {
  #processes = new Map();

  /** `server`: of PostgreSQL, when one of its stores takes part. */
  constructor({ folder, server, milliseconds }) {
    this.home = mkdtempSync(join(folder, 'contest-'));
    this.server = server;
    this.milliseconds = milliseconds;
  }

  /** Raw write and sync of as many bytes as an event has. */
  syncs() {
    return { id: 'sync', measure: async () => rawSyncs(join(this.home, 'raw'), EVENT_BYTES, this.milliseconds) };
  }

  /** Single-row commits of pgbench, where it is installed. */
  pgbench(clients) {
    if (this.server.pgbench === undefined) return [];
    const { milliseconds } = this;
    const measure = async () => this.server.pgbench(await this.server.database('pgbench'), { clients, bytes: EVENT_BYTES, milliseconds });
    return [{ id: `pgbench ${clients}`, measure }];
  }

  /** Appends by so many writers. */
  appends(name, writers) {
    return this.#measurement(name, `${name} ${writers}`, (round) => this.load(name, { writers, round: 2 * round + (writers === 1 ? 0 : 1) }));
  }

  /** Appends as fast as the store takes them, or `perSecond` at an even pace. `round`: another one each time. */
  async load(name, { writers, round, perSecond, milliseconds = this.milliseconds }) {
    const act = perSecond === undefined ? 'closedLoop' : 'evenPace';
    return this.#ask(name, { act, place: await this.#place(name, 'written'), writers, milliseconds, run: round, perSecond });
  }

  /** A full scan of a store of its own that `fill` has filled. */
  scan(name) {
    return this.#measurement(name, `${name} scan`, async () => this.#ask(name, { act: 'scan', place: await this.#place(name, 'read') }));
  }

  /** Fills the stores that will be scanned. A peer that fails at it fails at the scan. */
  async fill(names, events) {
    for (const name of names) {
      const { perAppend, atOnce, peer } = known[name];
      const filled = this.#ask(name, { act: 'fill', place: await this.#place(name, 'read'), events, perAppend, atOnce });
      await filled.catch((error) => {
        if (!peer) throw error;
      });
    }
  }

  async end() {
    for (const process of this.#processes.values()) await process.end();
    rmSync(this.home, { recursive: true, force: true });
  }

  #measurement(name, id, measure) {
    return { id, measure, mayFail: known[name].peer === true };
  }

  #ask(name, task) {
    const { module } = known[name];
    if (!this.#processes.has(name)) this.#processes.set(name, new Contestant(module));
    return this.#processes.get(name).ask(task);
  }

  async #place(name, use) {
    const { module } = known[name];
    if (module.endsWith('sqlite')) return { file: join(this.home, `${module}-${use}.db`) };
    return { url: await this.server.database(`${module.replaceAll('-', '_')}_${use}`) };
  }
}

/** Those that have an order over all streams. */
export function scanning(names) {
  return names.filter((name) => known[name].scans !== false);
}
