import { type EventToAppend, RecordedAtBehindError } from '@waymark/kernel';
import { NewestInstant } from './newest-instant.js';
import { SettledInstants } from './settled-instants.js';

const ASKED = Date.parse('2026-01-01T00:00:00Z');
const LATER = ASKED + 5_000;

it('S14 an instant is settled after a later event of another process, when that was read while the settling was under way', async () => {
  const newest = new NewestInstant();
  const recorded: string[] = [];
  const settled = new SettledInstants({
    newest,
    read: async () => [],
    append: async (_stream, _expected, events: readonly EventToAppend[]) => {
      const stamps = events.map(({ metadata }) => metadata.recordedAt);
      if (newest.inLog < LATER) newest.see(LATER);
      const refusal = newest.refusal(stamps.map(Date.parse));
      if (refusal !== undefined) throw refusal;
      recorded.push(...stamps);
      return { position: 1, revision: 0 };
    },
  });
  await settled.settle(ASKED);
  expect(recorded).toEqual([new Date(LATER).toISOString()]);
  await settled.settle(LATER - 1);
  expect(recorded).toHaveLength(1);
});

it('S14 an instant that can never be settled is refused, and not answered', async () => {
  const newest = new NewestInstant();
  let attempts = 0;
  const append = async () => {
    attempts += 1;
    throw new RecordedAtBehindError(new Date(LATER).toISOString());
  };
  const settled = new SettledInstants({ newest, read: async () => [], append });
  await expect(settled.settle(ASKED)).rejects.toThrow('Many others ask as of the last moments. Ask again.');
  expect(attempts).toBeGreaterThan(1);
});
