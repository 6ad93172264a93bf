import type { StoredEvent } from '@waymark/kernel';
import { differencesAt, drawPoint } from '../testing/comparison.js';
import { testDesk } from '../testing/desk.js';
import { Draw } from '../testing/draw.js';
import { History } from '../testing/history.js';

jest.setTimeout(60_000);

describe('facts tables against an independent fold of the same events', () => {
  it.each([1, 2, 3, 4])('history %i: random question, scope and dials agree, sources included', async (seed) => {
    const history = new History(seed, 350);
    const desk = await testDesk(history.events, {
      batchSize: [1, 7, 100, 1000][seed - 1]!,
      now: '2026-12-01T00:00:00Z',
    });
    const events = (await desk.store.readAll({ after: 0, limit: 10_000 })) as StoredEvent[];
    const draw = new Draw(seed * 1000);
    for (let i = 0; i < 60; i += 1) {
      expect(await differencesAt(desk, events, drawPoint(draw, events))).toEqual([]);
    }
    await desk.close();
  });

  it('the histories contain every hard case', () => {
    const seen = new Set([1, 2, 3, 4].flatMap((seed) => [...new History(seed, 350).cases.keys()]));
    expect([...seen].sort()).toEqual([
      'closing',
      'closing called off',
      'corrected day',
      'correction',
      'correction of a correction',
      'cycle again',
      'cycle reopened',
      'district under nobody',
      'dropped cells',
      'equal content',
      'late entry',
      'late move',
      'plain move',
      'planned move',
      'same day',
      'shared millisecond',
      'withdrawal',
      'withdrawal of a winner',
      'withdrawn move',
    ]);
  });
});
