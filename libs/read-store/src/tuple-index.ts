const FEWEST_SLOTS = 1_024;
/** Share of the slots that may be taken before there are twice as many. */
const FULLEST = 0.7;
/** The hash of no values yet. */
export const HASH_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Which rows may hold a tuple of values: 12 bytes a slot, outside the heap. It knows hashes alone, so that an answer holds every row
 * that was added, and now and then one that does not fit: whoever asks looks at the rows themselves. Nothing is ever taken out.
 */
export class TupleIndex {
  private hashes = new Uint32Array(FEWEST_SLOTS);
  private rowIds = new Float64Array(FEWEST_SLOTS);
  private count = 0;

  /** Number of entries. */
  get size(): number {
    return this.count;
  }

  /** Adds a row under the hash of a tuple; adding it again changes nothing. */
  add(hash: number, rowId: number): void {
    if (this.count >= this.hashes.length * FULLEST) this.grow();
    if (this.place(hash, rowId)) this.count += 1;
  }

  /** Puts the rows that may hold a tuple of this hash into `found`. */
  collect(hash: number, found: Set<number>): void {
    const last = this.hashes.length - 1;
    for (let slot = hash & last; this.hashes[slot] !== 0; slot = (slot + 1) & last) {
      if (this.hashes[slot] === hash) found.add(this.rowIds[slot]!);
    }
  }

  private place(hash: number, rowId: number): boolean {
    const last = this.hashes.length - 1;
    let slot = hash & last;
    while (this.hashes[slot] !== 0) {
      if (this.hashes[slot] === hash && this.rowIds[slot] === rowId) return false;
      slot = (slot + 1) & last;
    }
    this.hashes[slot] = hash;
    this.rowIds[slot] = rowId;
    return true;
  }

  private grow(): void {
    const { hashes, rowIds } = this;
    this.hashes = new Uint32Array(hashes.length * 2);
    this.rowIds = new Float64Array(hashes.length * 2);
    for (let slot = 0; slot < hashes.length; slot += 1) {
      if (hashes[slot] !== 0) this.place(hashes[slot]!, rowIds[slot]!);
    }
  }
}

/** A hash of 32 bits, never 0, of texts and numbers in their order. */
export function tupleHash(values: readonly unknown[]): number {
  let hash = HASH_START;
  for (const value of values) hash = hashed(hash, value);
  return finishedHash(hash);
}

/** The hash of one more value; {@link finishedHash} goes over the last of them. */
export function hashed(before: number, value: unknown): number {
  if (typeof value === 'number') {
    const low = Math.imul(before ^ value, FNV_PRIME);
    return Math.imul(low ^ (value / 2 ** 32), FNV_PRIME);
  }
  const text = typeof value === 'string' ? value : String(value);
  let hash = before;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return Math.imul(hash ^ 0x1f, FNV_PRIME);
}

export function finishedHash(before: number): number {
  let hash = Math.imul(before ^ (before >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0 || 1;
}
