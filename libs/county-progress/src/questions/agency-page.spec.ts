import { idOf } from '@waymark/kernel/testing';
import { ask, testDesk, type TestDesk } from '../testing/desk.js';
import { placed, registered } from '../testing/said.js';
import { startOfDay } from './agency-page.question.js';

describe('the page of an agency', () => {
  let open: TestDesk;
  afterEach(() => open?.close());

  it('finds its day by the key of the clock, without walking the record', async () => {
    open = await testDesk([
      registered('a1', 'SERVICE_AGENCY'),
      registered('d1', 'DISTRICT'),
      placed('d1', 'a1', { eff: '2023-07-01' }),
    ]);
    const { reads } = open;
    const rows = reads.rows.bind(reads);
    const plans: string[] = [];
    reads.rows = async (text: string, params) => {
      if (/recorded_clock.*recorded_at </s.test(text)) {
        const plan = await rows<{ detail: string }>(`explain query plan ${text}`, params);
        plans.push(...plan.map(({ detail }) => detail));
      }
      return rows(text, params) as never;
    };
    await ask(open, 'agency-page', { agency: idOf('a1') });
    expect(plans).toEqual([expect.stringMatching(/^SEARCH recorded_clock.*\(recorded_at<\?\)$/)]);
  });
});

describe('the start of a day', () => {
  it.each([
    ['America/Detroit', '2026-06-30', '2026-06-30T04:00:00.000Z'],
    ['America/Detroit', '2026-01-30', '2026-01-30T05:00:00.000Z'],
    ['America/Detroit', '2026-03-08', '2026-03-08T05:00:00.000Z'],
    ['Asia/Kathmandu', '2026-06-30', '2026-06-29T18:15:00.000Z'],
    ['Pacific/Kiritimati', '2026-06-30', '2026-06-29T10:00:00.000Z'],
  ])('in %s of %s is %s', (timeZone, day, instant) => {
    expect(startOfDay(timeZone, day)).toBe(instant);
  });
});
