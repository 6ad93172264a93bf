import { transformFileSync } from '@swc/core';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { StoredEvent } from '@waymark/kernel';
import type { EventStore } from '../event-store.js';

const ROUNDS = 5;
const LIBS = resolve(dirname(expect.getState().testPath!), '../../..');

/** The sources as plain JavaScript, so that a process of its own can run them without a build. */
function asPlainJavaScript(lib: string, into: string): void {
  const target = join(into, 'node_modules/@waymark', lib);
  const sources = join(LIBS, lib, 'src');
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('spec.ts'),
  );
  for (const file of files) {
    const { code } = transformFileSync(join(sources, file), {
      swcrc: false,
      configFile: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    mkdirSync(join(target, dirname(file)), { recursive: true });
    writeFileSync(join(target, file.replace(/\.ts$/, '.js')), code);
  }
  const exports = { '.': './index.js', './*': './*/index.js' };
  writeFileSync(join(target, 'package.json'), JSON.stringify({ type: 'module', exports }));
}

/** Runs the writer until it has reported so many appends, kills it in mid-work, and answers every line it got out. */
async function appendUntilKilled(command: string[], reports: number): Promise<string[]> {
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === reports) child.kill('SIGKILL');
  }
  expect(lines.length).toBeGreaterThanOrEqual(reports);
  return lines;
}

async function everything(store: EventStore): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (;;) {
    const page = await store.readAll({ after: events.at(-1)?.position ?? 0, limit: 1000 });
    if (page.length === 0) return events;
    events.push(...page);
  }
}

/** How a writer of its own process, and then this one, gets at the same events. */
export interface KilledWriter {
  /** Second door of the event store that the writer opens its store by, and what it opens. */
  readonly door: 'sqlite' | 'postgres';
  target(folder: string): string | Promise<string>;
  open(target: string): EventStore | Promise<EventStore>;
  /** Looks at what the writer left, beyond its events. */
  check?(target: string): void | Promise<void>;
}

/** What is acknowledged is there, whenever the process that wrote it is killed. Call it in a spec file of the adapter. */
export function killedWriterContract({ door, target: targetIn, open, check }: KilledWriter): void {
  describe('a process killed while it appends', () => {
    let folder: string;
    beforeAll(() => {
      // Inside the project, where third-party packages are found.
      const cache = resolve(LIBS, '../.cache');
      mkdirSync(cache, { recursive: true });
      folder = mkdtempSync(join(cache, 'kill-'));
      for (const lib of ['kernel', 'postgres', 'event-store']) asPlainJavaScript(lib, folder);
      copyFileSync(join(LIBS, 'event-store/src/contract/append-until-killed.mjs'), join(folder, 'child.mjs'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('leaves every acknowledged event, none twice, whole appends alone, in a store that opens as it is', async () => {
      const target = await targetIn(folder);
      const acknowledged = new Map<string, { stream: string; revision: number }>();
      for (let round = 1; round <= ROUNDS; round += 1) {
        const lines = await appendUntilKilled(
          [join(folder, 'child.mjs'), door, target, String(round)],
          100 + round * 37,
        );
        for (const line of lines) {
          const [stream, last, ids] = line.split(' ') as [string, string, string];
          const each = ids.split(',');
          each.forEach((id, n) => acknowledged.set(id, { stream, revision: Number(last) - each.length + 1 + n }));
        }

        const store = await open(target);
        const events = await everything(store);
        const found = new Map<string, StoredEvent>(events.map((event) => [event.eventId, event]));
        expect(found.size).toBe(events.length);
        for (const [id, place] of acknowledged) expect(found.get(id)).toMatchObject(place);
        expectDenseRevisions(events);
        expectWholeAppends(events);
        await store.close();
        await check?.(target);
      }
      expect(acknowledged.size).toBeGreaterThan(ROUNDS * 100);
    }, 60_000);
  });
}

function expectDenseRevisions(events: readonly StoredEvent[]): void {
  const next = new Map<string, number>();
  for (const { stream, revision } of events) {
    expect(revision).toBe(next.get(stream) ?? 0);
    next.set(stream, revision + 1);
  }
}

function expectWholeAppends(events: readonly StoredEvent[]): void {
  const missing = new Map<unknown, number>();
  for (const { append, size } of events.map((event) => event.data)) {
    missing.set(append, (missing.get(append) ?? (size as number)) - 1);
  }
  expect([...missing.values()].filter((count) => count !== 0)).toEqual([]);
}
