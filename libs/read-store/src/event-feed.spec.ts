import type { StoredEvent } from '@waymark/kernel';
import { EventFeed } from './event-feed.js';

const event = (position: number) => ({ position, eventId: `e${position}`, type: 'A' }) as unknown as StoredEvent;
const positions = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('the feed of events', () => {
  let record: number[];
  let asked: number[];
  let feed: EventFeed;

  const readAll = async ({ after, limit }: { after: number; limit: number }) => {
    asked.push(after);
    return record.filter((position) => position > after).slice(0, limit).map(event); // prettier-ignore
  };
  const taken = async (after: number) => (await feed.batchAfter(after))?.stored.map(({ position }) => position);

  beforeEach(() => {
    record = positions(1, 5);
    asked = [];
    feed = new EventFeed({ readAll } as never, { decode: (stored) => stored }, 2);
    feed.head = 5;
  });

  it('gives the record a batch at a time, and says where it ended', async () => {
    expect([await taken(0), await taken(2)]).toEqual([[1, 2], [3, 4]]); // prettier-ignore
    expect(feed.end).toBeUndefined();
    expect([await taken(4), feed.end]).toEqual([[5], 5]);
    expect([await taken(5), feed.end]).toEqual([undefined, 5]);
  });

  it('takes events that it was given instead of reading them, and knows the head by them', async () => {
    feed.offer([event(6), event(7)]);
    expect([await taken(5), feed.head, asked]).toEqual([[6, 7], 7, []]);
    expect([await taken(7), asked]).toEqual([undefined, [7]]);
  });

  it.each([
    ['a position lies between', [7], 5],
    ['they lack one in the middle', [6, 8], 5],
    ['they come from before', [4, 5], 5],
  ])('reads the record when %s', async (_, given, after) => {
    record = positions(1, 8);
    feed.offer(given.map(event));
    const batch = await taken(after);
    expect(batch).toEqual([6, 7]);
    expect(asked).toEqual([5]);
  });

  it('leaves out what of the given ones is shown already, and takes no more than a batch of them', async () => {
    feed.offer([event(5), event(6)]);
    feed.offer([event(7)]);
    expect([await taken(5), asked]).toEqual([[6], []]);
  });
});
