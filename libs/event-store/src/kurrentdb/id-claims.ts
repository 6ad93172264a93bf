import { derivedUuid, IdempotencyKeyReusedError, type StreamName } from '@waymark/kernel';
import { UnservedError, type AppendLane } from './append-lane.js';
import type { OutgoingAppend } from './append-request.js';
import { isWrongExpected } from './kurrent-errors.js';

const CATEGORY = 'idClaim-';
const NO_BYTES = new Uint8Array();

/** Whether the stream holds a claim, which is no event of the record. */
export function isClaim(stream: string): boolean {
  return stream.startsWith(CATEGORY);
}

/**
 * Ids of events, claimed for a stream before they are recorded there. A server looks at ids only where an append would put them, so that an
 * idempotency key used on two records at once by two processes would go unnoticed. A claim is a stream of its own, named after the first id of
 * the append and made once: who comes with another record finds it there. A command gives all its events in one append, so that the first id stands for all.
 */
export class IdClaims {
  constructor(private readonly lane: AppendLane) {}

  /**
   * Claims the append's ids for its stream; the same claim again is done already. Throws IdempotencyKeyReusedError when they are claimed for
   * another, StoreUnavailableError when nobody says so.
   */
  async take({ stream, events }: OutgoingAppend): Promise<void> {
    const [{ id }] = events as [OutgoingAppend['events'][number]];
    const claim = { id: derivedUuid('id-claim', id, stream), type: 'IdClaimed', metadata: NO_BYTES, data: NO_BYTES };
    try {
      const place = `${CATEGORY}${id}` as StreamName;
      await this.lane.send({ stream: place, expected: 'NO_STREAM', events: [claim] }, () => false);
    } catch (error) {
      if (isWrongExpected(error)) throw new IdempotencyKeyReusedError();
      // Nothing of the append itself has been sent.
      throw error instanceof UnservedError ? error.cause : error;
    }
  }
}
