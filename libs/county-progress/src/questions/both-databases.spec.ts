import type { StoredEvent } from '@waymark/kernel';
import { readDatabases } from '@waymark/read-store/testing';
import { drawPoint } from '../testing/comparison.js';
import { ask, testDesk } from '../testing/desk.js';
import { Draw } from '../testing/draw.js';
import { History } from '../testing/history.js';
import { codesOfHistory, drawRecordPoint, scopeOf } from '../testing/record-model.js';

/** The ids of the commands are drawn anew for each record of a test. */
const bytesOf = (answer: unknown) =>
  JSON.stringify(answer, (name, value: unknown) => (name === 'commandId' ? '' : value));

jest.setTimeout(120_000);

describe('the same record on SQLite and on PostgreSQL', () => {
  it('answers every question with the same bytes, at random places and days', async () => {
    const { events } = new History(17, 250);
    const desks = await Promise.all(
      readDatabases.map((database) =>
        testDesk(events, { database, now: '2026-12-01T00:00:00Z', codes: codesOfHistory, batchSize: 60 }),
      ),
    );
    const stored = (await desks[0]!.store.readAll({ after: 0, limit: 10_000 })) as StoredEvent[];
    const draw = new Draw(17);
    for (let i = 0; i < 40; i += 1) {
      const { slug, scope, event, day } = drawPoint(draw, stored);
      const answers = await Promise.all(
        desks.map((desk) => ask(desk, slug, { ...scope, effectiveAsOf: day, recordedAsOf: event?.eventId })),
      );
      expect(bytesOf(answers[1])).toBe(bytesOf(answers[0]));
    }
    for (let i = 0; i < 20; i += 1) {
      const point = drawRecordPoint(draw, stored);
      const asked = { ...scopeOf(point), effectiveAsOf: point.day, recordedAsOf: point.event.eventId };
      const answers = await Promise.all(desks.map((desk) => ask(desk, point.slug, asked)));
      expect(bytesOf(answers[1])).toBe(bytesOf(answers[0]));
    }
    for (const desk of desks) await desk.close();
  });
});
