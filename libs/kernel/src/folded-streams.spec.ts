import type { Command, Decider } from './decider.js';
import type { DomainEvent, StoredEvent } from './event.js';
import { FoldedStreams } from './folded-streams.js';
import { recorded } from './testing/index.js';

type Counted = DomainEvent<'Counted', { readonly by: number }>;

const totals = (evolved: number[]) =>
  ({
    initial: 0,
    catalogue: { decode: (stored: StoredEvent) => stored },
    evolve: (total: number, { data }: Counted) => {
      evolved.push(data.by);
      return total + data.by;
    },
  }) as unknown as Decider<number, Command, Counted>;

describe('folded streams', () => {
  const stream = recorded([1, 2, 3, 4].map((by) => ({ type: 'Counted', data: { by } }))) as unknown as StoredEvent[];

  it('fold each event once, as the stream grows', () => {
    const evolved: number[] = [];
    const decider = totals(evolved);
    const streams = new FoldedStreams();
    const states = [0, 1, 3, 3, 4].map((count) => streams.stateOf(decider, stream.slice(0, count)));
    expect([states, evolved]).toEqual([
      [0, 1, 6, 6, 10],
      [1, 2, 3, 4],
    ]);
  });

  it('fold for each decider on its own, and anew what the store gives as other objects or shorter', () => {
    const [one, other] = [totals([]), totals([])];
    const streams = new FoldedStreams();
    const read = () => stream.map((event) => ({ ...event }));
    expect([streams.stateOf(one, stream), streams.stateOf(other, stream), streams.stateOf(one, stream)]).toEqual([
      10, 10, 10,
    ]);
    expect([streams.stateOf(one, read()), streams.stateOf(one, stream.slice(0, 2))]).toEqual([10, 3]);
  });
});
