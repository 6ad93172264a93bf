import type { StoredRow } from '../event-store.js';
import { ReadAhead } from './read-ahead.js';

const PAGE = 500;

/** A record that remembers from where it was read. */
class Log {
  readonly reads: number[] = [];
  /** Where a read fails. */
  brokenAt: number | undefined;

  constructor(public length: number) {}

  read = async (after: number, limit: number): Promise<StoredRow[]> => {
    this.reads.push(after);
    if (after === this.brokenAt) throw new Error('the connection was lost');
    const count = Math.max(0, Math.min(limit, this.length - after));
    return Array.from({ length: count }, (_, index) => ({ position: after + index + 1, stored: new Uint8Array() }));
  };
}

const last = (rows: readonly StoredRow[]) => rows.at(-1)?.position;

describe('reading ahead', () => {
  it('begins once a reader goes from page to page, and reads each page once', async () => {
    const record = new Log(4 * PAGE);
    const pages = new ReadAhead(record.read);
    expect(last(await pages.page(0, PAGE))).toBe(PAGE);
    expect(record.reads).toEqual([0]);
    expect(last(await pages.page(PAGE, PAGE))).toBe(2 * PAGE);
    expect(record.reads).toEqual([0, PAGE, 2 * PAGE]);
    expect(last(await pages.page(2 * PAGE, PAGE))).toBe(3 * PAGE);
    expect(record.reads).toEqual([0, PAGE, 2 * PAGE, 3 * PAGE]);
  });

  it('never hides what was recorded after a page was read ahead', async () => {
    const record = new Log(2 * PAGE + 3);
    const pages = new ReadAhead(record.read);
    await pages.page(0, PAGE);
    await pages.page(PAGE, PAGE);
    record.length = 2 * PAGE + 10;
    expect(last(await pages.page(2 * PAGE, PAGE))).toBe(2 * PAGE + 10);
  });

  it('reads again what it failed to read ahead, and tells the trouble if there still is one', async () => {
    const record = new Log(4 * PAGE);
    const pages = new ReadAhead(record.read);
    record.brokenAt = 2 * PAGE;
    await pages.page(0, PAGE);
    await pages.page(PAGE, PAGE);
    await expect(pages.page(2 * PAGE, PAGE)).rejects.toThrow('lost');
    record.brokenAt = undefined;
    expect(last(await pages.page(2 * PAGE, PAGE))).toBe(3 * PAGE);
  });

  it('reads small pages, and those of somebody who looks here and there, as they are asked for', async () => {
    const record = new Log(4 * PAGE);
    const pages = new ReadAhead(record.read);
    for (const after of [0, 100, 200]) await pages.page(after, 100);
    for (const after of [PAGE, 0, PAGE + 7]) await pages.page(after, PAGE);
    expect(record.reads).toEqual([0, 100, 200, PAGE, 0, PAGE + 7]);
  });
});
