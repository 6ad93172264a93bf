// The faults. `strike` does the harm, and ends it by itself or by what any service manager does (start again what has ended); it answers
// the instant at which the cause was gone, from which healing is timed. `options` says what the place of a fault needs besides.
import { setTimeout as after } from 'node:timers/promises';
import { clockThatCanBeSet } from './clock.mjs';
import { Line } from './line.mjs';
import { holdFile, holdTables, holdTurn } from './locks.mjs';
import { smallDisk, whyNoSmallDisk } from './small-disk.mjs';

const both = ['sqlite', 'postgres'];
const killable = ['postgres', 'kurrentdb', 'kurrentdb-cluster'];
const all = [...both, 'kurrentdb-double', 'kurrentdb', 'kurrentdb-cluster'];
/** That are reached by one address. */
const servers = ['postgres', 'kurrentdb-double', 'kurrentdb'];
const now = () => performance.now();
const between = (least, most) => least + Math.random() * (most - least);
/** Longer than anything of the program waits for a lock, shorter than the patience of a client. */
const LOCKED_MS = 6_000;
/** How long a process stands still: longer than a statement may take. */
const STOPPED_MS = 10_000;

const serverStopped = (how, what, extra = {}) => ({
  what,
  ...{ stores: killable, rounds: 3, ...extra },
  async strike({ place: { server } }) {
    await server.stop(how);
    await after(between(200, 3_000));
    const gone = now();
    await server.start();
    return gone;
  },
});

const locked = (stores, what, hold) => ({
  what,
  ...{ stores, rounds: 2 },
  async strike({ place }) {
    const release = await hold(place);
    await after(LOCKED_MS);
    await release();
    return now();
  },
});

const onLine = (what, harm, extra = {}) => ({
  what,
  ...{ stores: servers, rounds: 3, options: () => ({ line: new Line() }), ...extra },
  async strike({ line }) {
    harm(line);
    return now();
  },
});

export const faults = {
  'kill': {
    what: 'program: kill -9',
    ...{ stores: all, rounds: 10, isQuick: true },
    async strike({ program }) {
      await program.kill();
      const gone = now();
      await program.start();
      return gone;
    },
  },
  'kill-starting': {
    what: 'program: kill -9, and twice more while it starts',
    ...{ stores: both, rounds: 3 },
    async strike({ program }) {
      await program.kill();
      await program.startAndKill(between(50, 1_500));
      await program.startAndKill(between(50, 3_000));
      const gone = now();
      await program.start();
      return gone;
    },
  },
  'stopped': {
    what: `program: stands still for ${STOPPED_MS / 1_000} s (SIGSTOP)`,
    ...{ stores: both, rounds: 2 },
    async strike({ program }) {
      program.signal('SIGSTOP');
      await after(STOPPED_MS);
      program.signal('SIGCONT');
      return now();
    },
  },
  'kill-projectors': {
    what: 'two projectors: kill -9 of one or both',
    ...{ stores: ['postgres'], rounds: 4 },
    options: () => ({ env: { PROJECTIONS: 'elsewhere' }, projectorCount: 2 }),
    async strike({ projectors }) {
      // One of them holds the lease; which one is not known here.
      const [one, other] = Math.random() < 0.5 ? projectors : projectors.toReversed();
      await one.kill();
      if (Math.random() < 0.5) await other.kill();
      const gone = now();
      await Promise.all([one.start(), other.start()]);
      return gone;
    },
  },
  'server-fast': serverStopped('fast', 'server: stopped cleanly'),
  'server-immediate': serverStopped('immediate', 'server: stopped like a crash', { stores: ['postgres'] }),
  'server-kill': serverStopped('kill', 'server: kill -9', { rounds: 10, isQuick: true }),
  'server-and-program': {
    what: 'server and program: kill -9 at once, program back first',
    ...{ stores: killable, rounds: 3 },
    async strike({ program, place: { server } }) {
      await Promise.all([server.stop('kill'), program.kill()]);
      const started = program.start();
      await after(between(500, 3_000));
      const gone = now();
      await server.start();
      await started;
      return gone;
    },
  },
  'cut': onLine('connections to the server: all cut', (line) => line.cut(), { isQuick: true }),
  'half-open': onLine('connections to the server: silent for ever', (line) => line.silence()),
  'clients-cut': {
    what: 'connections of the clients: all cut',
    ...{ stores: all, rounds: 3 },
    async door({ port }) {
      const line = new Line();
      await line.open(port);
      return Object.assign(line, { address: `http://127.0.0.1:${line.port}` });
    },
    async strike({ door }) {
      door.cut();
      return now();
    },
  },
  'lock-file': locked(['sqlite'], `a stranger writes to the record’s file for ${LOCKED_MS / 1_000} s`, holdFile),
  'lock-turn': locked(['postgres'], `a stranger holds the writers’ lock for ${LOCKED_MS / 1_000} s`, holdTurn),
  'lock-record': locked(['postgres'], `a stranger locks the record for ${LOCKED_MS / 1_000} s`, (place) => holdTables(place, 'waymark_events')),
  'lock-tables': locked(['postgres'], `a stranger locks the tables for ${LOCKED_MS / 1_000} s`, (place) => holdTables(place, 'waymark_read')),
  'disk-full': {
    what: 'disk full under record and tables',
    ...{ stores: both, rounds: 2, impossible: whyNoSmallDisk, options: smallDisk },
    async strike({ disk, writers }) {
      disk.fill();
      await writers.inTrouble(20);
      disk.makeRoom();
      return now();
    },
  },
  'clock-back': {
    what: 'clock: set back by an hour, and forward again',
    ...{ stores: both, rounds: 2, options: clockThatCanBeSet },
    async strike({ clock, program }) {
      clock.isBack = !clock.isBack;
      clock.set(clock.isBack ? -3_600_000 : 0);
      program.signal('SIGUSR2');
      return now();
    },
  },
  'clock-back-and-kill': {
    what: 'clock: set back by an hour while the program is killed',
    ...{ stores: both, rounds: 2, options: clockThatCanBeSet },
    async strike({ clock, program }) {
      await program.kill();
      clock.isBack = !clock.isBack;
      clock.set(clock.isBack ? -3_600_000 : 0);
      const gone = now();
      await program.start();
      return gone;
    },
  },
};
