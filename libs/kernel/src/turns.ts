/**
 * Work that must not overlap, done in the order in which it is handed over: with other work of this process, or of every process that serves
 * one record, as whoever made it says.
 */
export interface Turn {
  /**
   * Runs the work when it is its turn. Where other processes take part, a turn can be lost while the work goes on (the connection that holds
   * it was cut, the process stood still): `assertMine` throws then, and is called before what must not overlap is done.
   * Throws what the work throws, and BusyError when the turn does not come within a bound or was lost.
   */
  take<T>(work: (assertMine: () => void) => Promise<T>): Promise<T>;
}

/** Turns of this process alone: no bound, and none is ever lost. */
export class Turns implements Turn {
  private last: Promise<unknown> = Promise.resolve();

  take<T>(work: (assertMine: () => void) => Promise<T>): Promise<T> {
    const turn = this.last.then(() => work(isMine));
    this.last = turn.catch(() => undefined);
    return turn;
  }
}

function isMine(): void {
  // Within a process nobody can take a turn away.
}
