import { EventTooLargeError, RecordedAtBehindError, WrongExpectedRevisionError } from '@waymark/kernel';
import { someEvent } from '../testing/index.js';
import { A, B, type Current, idsOf, LATER } from './store-under-contract.js';

/** What is recorded, what is refused, and why. */
export function appending(current: Current): void {
  it('gives back what was appended, with place and metadata, in order', async () => {
    const events = [someEvent({ type: 'Opened', data: { n: 1, none: undefined } }), someEvent({ type: 'Closed' })];
    const { position, revision } = await current.store.append(A, 'NO_STREAM', events);
    const stored = await current.store.readStream(A);
    expect(revision).toBe(1);
    expect(stored.map((event) => event.revision)).toEqual([0, 1]);
    expect(stored[0]).toMatchObject({ stream: A, type: 'Opened', eventId: events[0]!.eventId, data: { n: 1 } });
    expect(stored.map((event) => event.metadata)).toEqual(
      events.map((event) => JSON.parse(JSON.stringify(event.metadata)) as unknown),
    );
    expect(stored[1]!.position).toBe(position);
    expect(stored[0]!.position).toBeLessThan(position);
    expect(stored[0]!.position).toBeGreaterThan(0);
  });

  it('refuses a type that holds a NUL, alone of its turn', async () => {
    const [unfit, good] = await Promise.allSettled([
      current.store.append(A, 'NO_STREAM', [someEvent({ type: 'Nothing\0' })]),
      current.store.append(B, 'NO_STREAM', [someEvent()]),
    ]);
    expect((unfit as PromiseRejectedResult).reason).toBeInstanceOf(TypeError);
    expect(good.status).toBe('fulfilled');
  });

  it('has no events in a stream that does not exist', async () => {
    expect(await current.store.readStream(A)).toEqual([]);
    expect(await current.store.head()).toEqual({ position: 0, recordedAt: undefined });
  });

  it('refuses an append without events, and one with the same id twice', async () => {
    const event = someEvent();
    await expect(current.store.append(A, 'NO_STREAM', [])).rejects.toThrow(TypeError);
    await expect(current.store.append(A, 'NO_STREAM', [event, event])).rejects.toThrow(TypeError);
    expect((await current.store.head()).position).toBe(0);
  });

  it('refuses a wrong revision both ways and says where the stream stands', async () => {
    await expect(current.store.append(A, 0, [someEvent()])).rejects.toMatchObject({ actual: 'NO_STREAM', expected: 0 });
    await current.store.append(A, 'NO_STREAM', [someEvent(), someEvent()]);
    for (const expected of ['NO_STREAM', 0, 2] as const) {
      const append = current.store.append(A, expected, [someEvent()]);
      await expect(append).rejects.toBeInstanceOf(WrongExpectedRevisionError);
      await expect(append).rejects.toMatchObject({ stream: A, actual: 1, expected });
    }
    expect(await current.store.readStream(A)).toHaveLength(2);
  });

  it('takes one of many appends to one stream at one revision', async () => {
    const contenders = Array.from({ length: 20 }, () => [someEvent(), someEvent()]);
    const results = await Promise.allSettled(contenders.map((events) => current.store.append(A, 'NO_STREAM', events)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(WrongExpectedRevisionError);
    }
    const winner = contenders[results.findIndex((result) => result.status === 'fulfilled')]!;
    expect((await current.store.readStream(A)).map(idsOf)).toEqual(winner.map(idsOf));
  });

  it('gives a stream as it stands, however often it was read before and between', async () => {
    const shown: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      shown.push((await current.store.readStream(A)).length);
      const pair = [someEvent(), someEvent()];
      const { revision } = await current.store.append(A, n === 0 ? 'NO_STREAM' : n * 2 - 1, pair);
      expect((await current.store.readStream(A)).at(-1)).toMatchObject({ revision, eventId: pair[1]!.eventId });
      await current.store.append(A, n === 0 ? 'NO_STREAM' : n * 2 - 1, pair);
    }
    expect(shown).toEqual([0, 2, 4, 6]);
    expect(await current.store.readStream(A)).toEqual(await current.store.readAll({ after: 0, limit: 100 }));
  });

  it('answers each append on its own when good and bad ones arrive together', async () => {
    const [good, wrong, tooOld, goodToo] = await Promise.allSettled([
      current.store.append(A, 'NO_STREAM', [someEvent({ recordedAt: LATER })]),
      current.store.append(B, 7, [someEvent({ recordedAt: LATER })]),
      current.store.append(B, 'NO_STREAM', [someEvent()]),
      current.store.append(B, 'NO_STREAM', [someEvent({ recordedAt: LATER })]),
    ]);
    expect([good, wrong, tooOld, goodToo].map((result) => result!.status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    expect(await current.store.readAll({ after: 0, limit: 10 })).toHaveLength(2);
  });

  it('never lets recordedAt fall, between appends and within one, and says from when on it would take it', async () => {
    await current.store.append(A, 'NO_STREAM', [someEvent({ recordedAt: LATER })]);
    const behind = current.store.append(B, 'NO_STREAM', [someEvent()]);
    await expect(behind).rejects.toBeInstanceOf(RecordedAtBehindError);
    await expect(behind).rejects.toMatchObject({ notBefore: LATER });
    const falling = [someEvent({ recordedAt: '2025-10-15T15:00:00.000Z' }), someEvent({ recordedAt: LATER })];
    await expect(current.store.append(B, 'NO_STREAM', falling)).rejects.toBeInstanceOf(RecordedAtBehindError);
    await current.store.append(B, 'NO_STREAM', [someEvent({ recordedAt: LATER })]);
    expect((await current.store.head()).recordedAt).toBe(LATER);
  });

  it('takes an event near the largest size and refuses one beyond it', async () => {
    const near = { ...someEvent(), data: { text: 'x'.repeat(990_000) } };
    await current.store.append(A, 'NO_STREAM', [near]);
    expect((await current.store.readStream(A))[0]!.data).toEqual(near.data);
    const beyond = { ...someEvent(), data: { text: 'x'.repeat(1_000_001) } };
    await expect(current.store.append(A, 0, [someEvent(), beyond])).rejects.toBeInstanceOf(EventTooLargeError);
    expect(await current.store.readStream(A)).toHaveLength(1);
  });

  it('keeps every character, surrogate pairs and control characters included, and refuses half a pair', async () => {
    const data = {
      text: 'Ñandú – 計画 – \u{1F469}\u200d\u{1F3EB} – \u0000\u001f\u2028"\\',
      '10': [],
      __proto: {},
      é: 'e\u0301',
    };
    await current.store.append(A, 'NO_STREAM', [{ ...someEvent({ type: 'Größe' }), data }]);
    expect((await current.store.readStream(A))[0]).toMatchObject({ type: 'Größe', data });
    await expect(current.store.append(A, 0, [{ ...someEvent(), data: { text: '\ud83d' } }])).rejects.toThrow(TypeError);
  });
}

/** The same events sent again: after an unknown outcome nothing may be recorded twice. */
export function sendingAgain(current: Current): void {
  it('takes the same events at the same revision again as done, and records nothing twice', async () => {
    const events = [someEvent(), someEvent()];
    const first = await current.store.append(A, 'NO_STREAM', events);
    await current.store.append(A, 1, [someEvent({ recordedAt: LATER })]);
    expect(await current.store.append(A, 'NO_STREAM', events)).toEqual(first);
    expect(await current.store.readStream(A)).toHaveLength(3);
  });

  it('takes the same events sent twice in one turn as done twice', async () => {
    const events = [someEvent(), someEvent()];
    const [first, second] = await Promise.all([
      current.store.append(A, 'NO_STREAM', events),
      current.store.append(A, 'NO_STREAM', events),
    ]);
    expect(second).toEqual(first);
    expect(await current.store.readStream(A)).toHaveLength(2);
  });

  it('refuses events of which some stand in the stream and some do not', async () => {
    const [one, two, three] = [someEvent(), someEvent(), someEvent()];
    await current.store.append(A, 'NO_STREAM', [one, two]);
    for (const events of [
      [one, three],
      [three, two],
      [one, two, three],
      [two, one],
    ]) {
      await expect(current.store.append(A, 'NO_STREAM', events)).rejects.toBeInstanceOf(WrongExpectedRevisionError);
    }
    expect(await current.store.readStream(A)).toHaveLength(2);
  });

  it('does not take events of another stream as done', async () => {
    const event = someEvent();
    await current.store.append(A, 'NO_STREAM', [event]);
    await current.store.append(B, 'NO_STREAM', [someEvent()]);
    await expect(current.store.append(B, 'NO_STREAM', [event])).rejects.toBeInstanceOf(WrongExpectedRevisionError);
  });
}
