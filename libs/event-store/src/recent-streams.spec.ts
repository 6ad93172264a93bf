import { streamName } from '@waymark/kernel';
import { encodeStoredEvent } from './stored-event.js';
import { someEvent } from './testing/index.js';
import { RecentStreams } from './recent-streams.js';

const [A, B, C] = ['a', 'b', 'c'].map((id) => streamName('plan', id)) as [never, never, never];

describe('recent streams', () => {
  const row = (position: number, text = '') => ({
    position,
    stored: encodeStoredEvent(A, position, someEvent({ data: { text } })),
  });
  const positions = (streams: RecentStreams, stream: never) => streams.get(stream)?.map((event) => event.position);

  it('gives back what was put and added, and lets earlier readers keep what they have', () => {
    const streams = new RecentStreams(100_000);
    const before = streams.put(A, [row(1)]);
    streams.extend(A, 1, [row(2), row(3)]);
    expect(positions(streams, A)).toEqual([1, 2, 3]);
    expect(before).toHaveLength(1);
    expect(streams.put(B, [])).toEqual([]);
    expect(positions(streams, B)).toEqual([]);
  });

  it('does not hold what it was only told the end of', () => {
    const streams = new RecentStreams(100_000);
    streams.extend(A, 1, [row(2)]);
    expect(streams.get(A)).toBeUndefined();
  });

  it('takes an event that it is told of twice once, and lets go of a stream of which it has missed one', () => {
    const streams = new RecentStreams(100_000);
    streams.put(A, [row(1), row(2)]);
    streams.extend(A, 1, [row(2), row(3)]);
    streams.extend(A, 2, [row(3)]);
    expect(positions(streams, A)).toEqual([1, 2, 3]);
    streams.extend(A, 4, [row(5)]);
    expect(streams.get(A)).toBeUndefined();
  });

  it('lets go of the streams used longest ago when it is full, never of the wrong ones', () => {
    const streams = new RecentStreams(50_000);
    streams.put(A, [row(1, 'x'.repeat(20_000))]);
    streams.put(B, [row(2, 'x'.repeat(20_000))]);
    streams.get(A);
    streams.put(C, [row(3, 'x'.repeat(20_000))]);
    expect([positions(streams, A), positions(streams, B), positions(streams, C)]).toEqual([[1], undefined, [3]]);
    streams.extend(C, 1, [row(4, 'x'.repeat(60_000))]);
    expect([positions(streams, A), positions(streams, C)]).toEqual([undefined, undefined]);
    streams.put(A, [row(1, 'x'.repeat(20_000))]);
    streams.put(B, [row(2, 'x'.repeat(20_000))]);
    expect([positions(streams, A), positions(streams, B)]).toEqual([[1], [2]]);
  });

  it('hands out events that nobody can change', () => {
    const streams = new RecentStreams(100_000);
    const [event] = streams.put(A, [row(1)]);
    expect(() => ((event!.data as { text: string }).text = 'changed')).toThrow(TypeError);
  });
});
