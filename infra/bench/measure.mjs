// Plain measuring: medians over rounds, percentiles, the raw limits of this disk, and how to say them.
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';
import { encodeStoredEvent } from '../../dist/libs/event-store/src/stored-event.js';

/** Events that a reader of everything asks for at once. */
export const PAGE = 1_000;

/** The bytes that Waymark stores for an event: what raw writes write. */
export function storedBytes(stream, revision, event) {
  return encodeStoredEvent(stream, revision, event);
}

/** The middle value; of an even number of values the mean of the two in the middle, so that two rounds favour neither. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

export function percentile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** Seconds that the work takes. */
export async function seconds(work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** Median of what the work takes for each of the things, in milliseconds, one after the other. */
export async function medianOfEach(things, work) {
  const taken = [];
  for (const thing of things) taken.push(1_000 * (await seconds(() => work(thing))));
  return median(taken);
}

/** Writes of `bytes` bytes at the end of a file, each followed by a sync of the file's data, for about `milliseconds`; per second. */
export function rawSyncs(file, bytes, milliseconds) {
  const block = Buffer.alloc(bytes, 7);
  const handle = openSync(file, 'w');
  const began = performance.now();
  let count = 0;
  while (performance.now() - began < milliseconds) {
    writeSync(handle, block);
    fdatasyncSync(handle);
    count += 1;
  }
  const rate = count / ((performance.now() - began) / 1000);
  closeSync(handle);
  rmSync(file);
  return { rate };
}

/** The machine the figures were taken on: they mean little without it. */
export function machine() {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}

/** Rows of cells under headings. */
export function table(title, headings, rows) {
  const text = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? figure(cell) : String(cell))));
  const widths = headings.map((heading, i) => Math.max(heading.length, ...text.map((row) => row[i].length)));
  const line = (cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [`\n${title}`, line(headings), rule, ...text.map(line)].join('\n');
}

export function figure(value) {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
