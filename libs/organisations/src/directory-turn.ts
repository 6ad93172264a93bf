import { Inject, Injectable } from '@nestjs/common';
import type { EventStore } from '@waymark/event-store';
import type { Turn } from '@waymark/kernel';
import { EVENT_STORE, ReadGate, ReadTablesBehindError } from '@waymark/nest-kit';
import { organisationProjection } from './organisation.projection.js';

/** Token of the turns (`Turn` of @waymark/kernel) among all processes that change one directory. */
export const DIRECTORY_TURN = Symbol('DirectoryTurn');

/**
 * One change of the directory at a time. What a rule must know of other organisations (is the code free, is the parent open) is read
 * from tables; so each change begins when these show everything that was recorded before it, and two cannot both pass a check that
 * only one of them may pass (ADR 0009, ADR 0023).
 */
@Injectable()
export class DirectoryTurn {
  constructor(
    @Inject(DIRECTORY_TURN) private readonly turn: Turn,
    @Inject(EVENT_STORE) private readonly store: Pick<EventStore, 'head'>,
    private readonly gate: ReadGate,
  ) {}

  /**
   * Runs the work when all changes before it have ended and the tables show them. `assertMine` throws when the turn was lost meanwhile: it is
   * called last before anything is recorded. Throws BusyError, ReadTablesBehindError (waited for two seconds `waits` times), and what the work throws.
   */
  take<T>(work: (assertMine: () => void) => Promise<T>, waits = 1): Promise<T> {
    return this.turn.take(async (assertMine) => {
      const { position } = await this.store.head();
      await this.shown(position, waits);
      return work(assertMine);
    });
  }

  /** Waits until the tables of the directory show the position, two seconds at a time. Throws ReadTablesBehindError. */
  async shown(position: number, waits: number): Promise<void> {
    for (let wait = 1; ; wait += 1) {
      try {
        return await this.gate.waitFor(position, [organisationProjection.name]);
      } catch (error) {
        if (!(error instanceof ReadTablesBehindError) || error.stopped !== undefined || wait >= waits) throw error;
      }
    }
  }
}
