import type { StoredRow } from '../event-store.js';

/** Fewest events of a page after which the next is read ahead. */
const FEWEST = 500;

interface Ahead {
  readonly after: number;
  readonly limit: number;
  readonly rows: Promise<readonly StoredRow[] | undefined>;
}

/**
 * Reads the page behind one that was asked for while that is being worked on, once somebody has gone from one page to the next: then the
 * server and this process work at the same time. Only full pages come from what was read ahead: what stands between two positions
 * never changes, while the end of the record may have moved on.
 */
export class ReadAhead {
  private ahead: Ahead | undefined;
  /** Where a reader of everything asks next. */
  private expected: number | undefined;

  constructor(private readonly read: (after: number, limit: number) => Promise<readonly StoredRow[]>) {}

  async page(after: number, limit: number): Promise<readonly StoredRow[]> {
    const isNext = after === this.expected;
    const rows = (await this.taken(after, limit)) ?? (await this.read(after, limit));
    const isFull = rows.length === limit && limit >= FEWEST;
    this.expected = isFull ? rows.at(-1)!.position : undefined;
    if (isFull && isNext) this.begin(this.expected!, limit);
    return rows;
  }

  private begin(after: number, limit: number): void {
    // Should it fail, whoever asks for the page reads it himself and learns why.
    const rows = this.read(after, limit).catch(() => undefined);
    this.ahead = { after, limit, rows };
  }

  private async taken(after: number, limit: number): Promise<readonly StoredRow[] | undefined> {
    const { ahead } = this;
    if (ahead?.after !== after || ahead.limit !== limit) return undefined;
    this.ahead = undefined;
    const rows = await ahead.rows;
    return rows?.length === limit ? rows : undefined;
  }
}
