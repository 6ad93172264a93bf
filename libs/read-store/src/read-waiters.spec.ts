import { type ProjectionStatus, ReadTablesBehindError } from './projection-host.js';
import { ReadWaiters } from './read-waiters.js';

const status = (name: string, checkpoint: number, state: ProjectionStatus['state'] = 'RUNNING'): ProjectionStatus => ({
  name,
  version: 1,
  state,
  checkpoint,
  lag: 0,
  poison: null,
});

describe('waiting for the read tables', () => {
  it('ends when all named projections show the position, whatever the others do', async () => {
    const waiters = new ReadWaiters();
    waiters.update([status('a', 1), status('b', 1), status('c', 0, 'STOPPED')]);
    const order: string[] = [];
    const named = waiters.wait(2, ['a', 'b']).then(() => order.push('both'));
    const one = waiters.wait(2, ['a']).then(() => order.push('one'));
    waiters.update([status('a', 2), status('b', 1), status('c', 0, 'STOPPED')]);
    await one;
    waiters.update([status('a', 2), status('b', 2), status('c', 0, 'STOPPED')]);
    await named;
    expect(order).toEqual(['one', 'both']);
  });

  it('names no projection and waits for all of them', async () => {
    const waiters = new ReadWaiters(20);
    waiters.update([status('a', 5), status('b', 4)]);
    await waiters.wait(4, undefined);
    await expect(waiters.wait(5, undefined)).rejects.toEqual(new ReadTablesBehindError(5));
  });

  it('is bounded', async () => {
    const waiters = new ReadWaiters(20);
    waiters.update([status('a', 0)]);
    await expect(waiters.wait(1, ['a'])).rejects.toMatchObject({ code: 'READ_TABLES_BEHIND', position: 1 });
  });

  it('ends at once for a projection that has stopped, or stops meanwhile', async () => {
    const waiters = new ReadWaiters();
    waiters.update([status('a', 0), status('b', 0, 'STOPPED')]);
    await expect(waiters.wait(1, undefined)).rejects.toMatchObject({ stopped: 'b' });
    const waiting = waiters.wait(1, ['a']);
    waiters.update([status('a', 0, 'STOPPED')]);
    await expect(waiting).rejects.toMatchObject({ stopped: 'a' });
  });

  it('turns everybody away when it closes', async () => {
    const waiters = new ReadWaiters();
    waiters.update([status('a', 0)]);
    const waiting = waiters.wait(1, ['a']);
    waiters.close();
    await expect(waiting).rejects.toBeInstanceOf(ReadTablesBehindError);
  });
});
