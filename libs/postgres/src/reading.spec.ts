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
