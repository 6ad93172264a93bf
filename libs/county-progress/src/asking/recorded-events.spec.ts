import { appendRecorded, memoryEventStore } from '@waymark/event-store/testing';
import { idOf } from '@waymark/kernel/testing';
import { recordedCatalogue } from '../facts/recorded-catalogue.js';
import { Draw } from '../testing/draw.js';
import { need } from '../testing/said.js';
import { StoredRecordedEvents } from './recorded-events.js';

/** Who is spoken about at a position: a busy agency, one now and then, and one long ago and again at the end. */
function agencyAt(position: number): string {
  if (position % 701 === 0) return 'seldom';
  if (position < 40 || position > 4_990) return 'at the ends';
  return position > 1_500 && position < 3_500 ? 'busy' : 'others';
}

describe('the newest events about an organisation', () => {
  const store = memoryEventStore();
  const record = new StoredRecordedEvents(store, recordedCatalogue);
  const tagged = new Map<string, number[]>();
  beforeAll(async () => {
    const events = Array.from({ length: 5_000 }, (_, index) => {
      const agency = agencyAt(index + 1);
      tagged.set(agency, [...(tagged.get(agency) ?? []), index + 1]);
      return need(`d${index}`, { SEBH: 'NEED' }, { eff: '2024-01-10', agency });
    });
    await appendRecorded(store, ...events);
  });
  afterAll(() => store.close());

  it('are those that a reading of all finds, whatever they lie between and however many are wanted', async () => {
    const draw = new Draw(7);
    for (let time = 0; time < 60; time += 1) {
      const [agency, positions] = draw.one([...tagged]);
      const after = draw.one([-1, 0, draw.below(5_000)]);
      const before = draw.one([Number.MAX_SAFE_INTEGER, draw.below(5_200)]);
      const limit = draw.one([1, 3, 51, 201]);
      const expected = positions.filter((position) => position > after && position < before).reverse();
      const found = await record.newest(idOf(agency), { after, before }, limit);
      expect([agency, after, before, limit, found.map(({ position }) => position)]).toEqual([
        ...[agency, after, before, limit],
        expected.slice(0, limit),
      ]);
    }
  });

  it('are found without reading the whole record', async () => {
    let listed = 0;
    const counting = {
      ...{ readPositions: store.readPositions.bind(store), readEvents: store.readEvents.bind(store) },
      ...{ readStream: store.readStream.bind(store), head: store.head.bind(store) },
      readAll: async (options: Parameters<typeof store.readAll>[0]) => {
        const events = await store.readAll(options);
        listed += events.length;
        return events;
      },
    };
    const all = { after: -1, before: Number.MAX_SAFE_INTEGER };
    await new StoredRecordedEvents(counting, recordedCatalogue).newest(idOf('busy'), all, 10);
    expect(listed).toBeLessThan(100);
  });
});
