import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { EventMetadata, StoredEvent } from '../event.js';
import type { AnyEventCatalogue, EventType } from '../event-catalogue.js';
import { type Field, unmarkedLeaves } from '../event-schema.js';
import { recorded } from './given.js';

/** One line of a golden file: data as a release once stored it. The digest covers the line and all lines before it. */
export interface GoldenLine {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Record<string, unknown>;
  readonly digest: string;
}

/**
 * Registers the specs that keep a slice's stored events readable for ever: each (type, version) has an example in the golden
 * file, every example still decodes into the current version, no line was edited, moved or removed, and each field is marked
 * as personal or not. `file` is named relative to the spec file, say `organisation.events.golden.json`.
 * `GOLDEN=add npx jest <spec>` adds lines for the current versions that have none; nothing else is ever written.
 */
export function goldenEvents(catalogue: AnyEventCatalogue, file: string): void {
  const path = resolve(dirname(expect.getState().testPath ?? '.'), file);
  if (process.env['GOLDEN'] === 'add') addMissingLines(catalogue, path);
  const lines = existsSync(path) ? readGolden(path) : [];

  describe(`stored events of ${basename(file)}`, () => {
    it('has an example of each type in each version', () => {
      expect(missingExamples(catalogue, lines)).toEqual([]);
    });
    it('decodes every example ever stored into the current version', () => {
      expect(undecodable(catalogue, lines)).toEqual([]);
    });
    it('is append-only: no line was edited, moved or removed', () => {
      expect(brokenLines(lines)).toEqual([]);
    });
    it('marks each field as personal or not', () => {
      const unmarked = Object.entries(catalogue.types).flatMap(([name, type]) =>
        unmarkedLeaves(type.fields).map((leaf) => `${name}.${leaf}`),
      );
      expect(unmarked).toEqual([]);
    });
  });
}

/** The (type, version) pairs that no line shows. */
export function missingExamples(catalogue: AnyEventCatalogue, lines: readonly GoldenLine[]): string[] {
  const shown = new Set(lines.map((line) => `${line.type} v${line.schemaVersion}`));
  return Object.entries(catalogue.types).flatMap(([name, type]) =>
    Array.from({ length: type.version }, (_, i) => `${name} v${i + 1}`).filter((example) => !shown.has(example)),
  );
}

/** What the catalogue says about the lines it cannot read any more. */
export function undecodable(catalogue: AnyEventCatalogue, lines: readonly GoldenLine[]): string[] {
  return lines.flatMap((line, index) => {
    try {
      catalogue.decode(storedFrom(line, index));
      return [];
    } catch (error) {
      return [`line ${index + 1}: ${(error as Error).message}`];
    }
  });
}

/** The first line whose digest does not follow from it and the lines before; the rest of the chain says nothing more. */
export function brokenLines(lines: readonly GoldenLine[]): string[] {
  let before = '';
  for (const [index, line] of lines.entries()) {
    const expected = digestOf(before, line);
    if (line.digest !== expected) return [`line ${index + 1} (${line.type} v${line.schemaVersion}) was changed`];
    before = expected;
  }
  return [];
}

/** The lines with further examples behind them, each with its digest. */
export function withExamples(
  lines: readonly GoldenLine[],
  examples: readonly Omit<GoldenLine, 'digest'>[],
): GoldenLine[] {
  const result = [...lines];
  for (const example of examples) {
    result.push({ ...example, digest: digestOf(result.at(-1)?.digest ?? '', example) });
  }
  return result;
}

/** Data that fits an event type: enough examples to show every variant with all members, then one with required members only. */
export function examplesOf(type: EventType): Record<string, unknown>[] {
  const full = exampleRecords(type.fields) as Record<string, unknown>[];
  const required = Object.fromEntries(Object.entries(type.fields).filter(([, field]) => !field.optional));
  const bare = exampleRecords(required)[0] as Record<string, unknown>;
  return Object.keys(required).length === Object.keys(type.fields).length ? full : [...full, bare];
}

const exampleLeaves: Readonly<Record<string, unknown>> = {
  text: 'Said in a few words: ä, 漢, "quoted".',
  'text, sealed': 'enc:1:example',
  code: '03000',
  id: '5a1f6d0c-9b7e-8c3d-a2b1-0c9d8e7f6a5b',
  date: '2025-10-15',
  instant: '2025-10-15T14:00:00.000Z',
  'school year': '2025-26',
  integer: 3,
  number: 2.5,
  'true or false': true,
};

function examplesOfField(field: Field<unknown>): unknown[] {
  if (field.of !== undefined) return [examplesOfField(field.of)];
  if (field.fields !== undefined) {
    return field.kind === 'record'
      ? exampleRecords(field.fields)
      : Object.values(field.fields).flatMap(examplesOfField);
  }
  const first = exampleLeaves[field.kind] ?? field.kind.split(' | ')[0];
  const wrong = field.check(first);
  if (wrong === undefined) return [first];
  const short = 'text';
  if (field.check(short) === undefined) return [short];
  throw new TypeError(`No example is known for a field of kind ${field.kind}: ${wrong}`);
}

function exampleRecords(fields: Readonly<Record<string, Field<unknown>>>): object[] {
  const members = Object.entries(fields).map(([name, field]) => [name, examplesOfField(field)] as const);
  const count = Math.max(1, ...members.map(([, examples]) => examples.length));
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(members.map(([name, examples]) => [name, examples[i % examples.length]])),
  );
}

function addMissingLines(catalogue: AnyEventCatalogue, path: string): void {
  const lines = existsSync(path) ? readGolden(path) : [];
  const missing = new Set(missingExamples(catalogue, lines));
  const examples = Object.entries(catalogue.types)
    .filter(([name, type]) => missing.has(`${name} v${type.version}`))
    .flatMap(([name, type]) => examplesOf(type).map((data) => ({ type: name, schemaVersion: type.version, data })));
  if (examples.length === 0) return;
  const text = withExamples(lines, examples).map((line) => JSON.stringify(line));
  writeFileSync(path, `[\n${text.join(',\n')}\n]\n`);
}

function readGolden(path: string): GoldenLine[] {
  return JSON.parse(readFileSync(path, 'utf8')) as GoldenLine[];
}

function digestOf(before: string, line: Omit<GoldenLine, 'digest'>): string {
  const text = JSON.stringify([before, line.type, line.schemaVersion, line.data]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function storedFrom(line: GoldenLine, index: number): StoredEvent {
  const [event] = recorded([{ type: line.type, data: line.data }], { stream: 'golden-file', from: index + 1 });
  const metadata: EventMetadata = { ...event!.metadata, schemaVersion: line.schemaVersion };
  return { ...event!, metadata } as StoredEvent;
}
