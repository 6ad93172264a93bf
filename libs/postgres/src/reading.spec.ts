import { StoreUnavailableError } from '@waymark/kernel';
import type { Pool } from 'pg';
import { readAgain } from './reading.js';

const lost = () => Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
const open = { ending: false } as Pool;

/** A read that fails with each error in turn, then answers how often it was asked. */
function failing(...errors: Error[]): () => Promise<number> {
  let asked = 0;
  return async () => {
    asked += 1;
    const error = errors[asked - 1];
    if (error !== undefined) throw error;
    return asked;
  };
}

describe('Reading PostgreSQL again', () => {
  it('a read that lost its connection is done again, twice at most', async () => {
    await expect(readAgain(open, failing(lost(), lost()))).resolves.toBe(3);
    await expect(readAgain(open, failing(lost(), lost(), lost()))).rejects.toThrow('terminated');
  });

  it('a statement that the server refused is not done again', async () => {
    const refused = Object.assign(new Error('syntax error'), { code: '42601', severity: 'ERROR' });
    await expect(readAgain(open, failing(refused))).rejects.toBe(refused);
  });

  it.each([
    ['bytes that are no event', new StoreUnavailableError('damaged', 'DAMAGED', { cause: new SyntaxError('no JSON') })],
    ['a fault of whoever reads', new TypeError('cannot read')],
    ['a number beyond all counting', new RangeError('Beyond what can be counted exactly: 1e99')],
  ])('%s is not read again: the connection is as good as before', async (_, fault) => {
    const read = jest.fn(failing(fault));
    await expect(readAgain(open, read)).rejects.toBe(fault);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it.each([
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('Verbindung wird abgebrochen'), { code: '57P01', severity: 'FATAL' }),
    new Error('Connection terminated unexpectedly'),
    new Error('Query read timeout'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Client has encountered a connection error and is not queryable'),
    new Error('Received unexpected dataRow message from backend.'),
  ])('a connection is lost when it is said that: %s', async (said) => {
    await expect(readAgain(open, failing(said))).resolves.toBe(2);
  });

  it('what else passes is for the reader to say', async () => {
    const moved = Object.assign(new Error('cached plan must not change result type'), {
      code: '0A000',
      severity: 'ERROR',
    });
    await expect(readAgain(open, failing(moved), (error) => error === moved)).resolves.toBe(2);
  });

  it('a store that is closing reads nothing again', async () => {
    const closing = { ending: true } as Pool;
    await expect(readAgain(closing, failing(lost()))).rejects.toThrow('terminated');
    const stopped = new StoreUnavailableError('The event store is closed: Waymark is shutting down.');
    await expect(readAgain(open, failing(stopped))).rejects.toBe(stopped);
  });
});
