/**
 * A number for the state of a projection's tables: another one as soon as they may show something else. Undefined as long as nobody can
 * tell, because another process writes them, or their writer is being started again.
 */
export type TableState = (projection: string) => number | undefined;

/** Most answers kept for one projection; beyond it all are forgotten. */
const MOST_KEPT = 5_000;

interface Kept {
  readonly state: number;
  readonly answers: Map<string, unknown>;
}

/** Answers of look-ups, each kept as long as the tables it was read from stay as they are. */
export class KeptReads {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly stateOf: TableState = () => undefined) {}

  /** What `read` answers from the tables of the projection: what it answered under this key before, unless they have changed since. */
  async get<V>(projection: string, key: string, read: () => Promise<V>): Promise<V> {
    const state = this.stateOf(projection);
    if (state === undefined) return read();
    const { answers } = this.of(projection, state);
    const before = answers.get(key);
    if (before !== undefined) return before as V;
    const answer = await read();
    // What is not there may be asked for under any name.
    if (answer === undefined) return answer;
    if (answers.size >= MOST_KEPT) answers.clear();
    // Read after the state was asked for: it may be of a later one, never of an earlier. A later state has answers of its own.
    answers.set(key, answer);
    return answer;
  }

  private of(projection: string, state: number): Kept {
    const before = this.kept.get(projection);
    if (before?.state === state) return before;
    const now = { state, answers: new Map<string, unknown>() };
    this.kept.set(projection, now);
    return now;
  }
}
