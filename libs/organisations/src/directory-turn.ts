import { Injectable } from '@nestjs/common';

/**
 * One change of the directory at a time within the process. What a rule must know of other organisations (is the code free, is the
 * parent open) is read from tables; taking turns, each change reads tables that show the one before it, so two cannot both pass a
 * check that only one of them may pass. The embedded profile has one process (ADR 0009).
 */
@Injectable()
export class DirectoryTurn {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs the work when all work taken before has ended, well or badly. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
