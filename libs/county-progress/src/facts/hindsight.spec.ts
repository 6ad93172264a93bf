import type { Happened } from '@waymark/event-store/testing';
import { idOf } from '@waymark/kernel/testing';
import type { Answer } from '../asking/answer.js';
import { positionsBehind } from '../testing/comparison.js';
import { ask, testDesk, type TestDesk } from '../testing/desk.js';
import { addDays, Draw } from '../testing/draw.js';
import { agencyNames, History } from '../testing/history.js';
import { modelled } from '../testing/model.js';

jest.setTimeout(60_000);

let open: TestDesk;
afterEach(() => open?.close());

/** What an answer says, without where its dials stand and without until when it held, which only hindsight knows. */
async function said(answer: Answer) {
  const figures = [];
  for (const { key, value, state, reason, sources } of answer.figures) {
    figures.push({ key, value, state, reason, sources: await positionsBehind(open, sources) });
  }
  const items = answer.items.map(({ kind, fields }) => [kind, fields.filter(({ name }) => name !== 'trueUntil')]);
  return { figures, items };
}

/** Questions about facts, at days drawn at random: as known at the end of the day, and as known now. The first that differ. */
async function firstHindsight(events: readonly Happened[], seed: number, times: number): Promise<unknown> {
  open = await testDesk(events, { now: '2026-12-01T00:00:00Z', batchSize: 50 });
  const draw = new Draw(seed);
  const first = addDays(events[40]!.recordedAt!.slice(0, 10), 1);
  for (let i = 0; i < times; i += 1) {
    const day = addDays(first, draw.below(400));
    const known = events.findLast(({ recordedAt }) => recordedAt!.slice(0, 10) <= day)!;
    const slug = draw.one([...modelled, 'record-as-of']);
    const isAgency = slug === 'record-as-of' || draw.chance(70);
    const scope = isAgency ? { agency: idOf(draw.one(agencyNames)) } : { state: 'MI' };
    const then = await said(await ask(open, slug, { ...scope, effectiveAsOf: day, recordedAsOf: known.eventId! }));
    const now = await said(await ask(open, slug, { ...scope, effectiveAsOf: day }));
    if (JSON.stringify(then) !== JSON.stringify(now)) return { slug, scope, day, then, now };
  }
  return undefined;
}

describe('hindsight', () => {
  it.each([21, 22, 23])('changes nothing where nothing is corrected, withdrawn or entered late (%i)', async (seed) => {
    const history = new History(seed, 350, true);
    expect([...history.cases.keys()].sort()).toEqual(
      expect.arrayContaining(['closing', 'cycle again', 'plain move', 'planned move']),
    );
    for (const { act, recordedAt, effectiveOn } of history.events.slice(30)) {
      expect(act).toBe('STATED');
      expect(effectiveOn! >= recordedAt!.slice(0, 10)).toBe(true);
    }
    expect(await firstHindsight(history.events, seed, 60)).toBeUndefined();
  });

  it('changes answers where something is: the comparison above can fail', async () => {
    expect(await firstHindsight(new History(24, 350).events, 24, 60)).toBeDefined();
  });
});
