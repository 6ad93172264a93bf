import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turnEnd } from 'node:timers/promises';
import { gateApp } from '../testing/index.js';
import { QueryTurns } from './query-turns.js';

/** Queries of so many milliseconds each that come at once; answers for each the turn of the loop in which it ran, from 0. */
async function turnsOf(queries: number, milliseconds: number): Promise<number[]> {
  let turn = 0;
  let clock = 0;
  const count = (): void => {
    turn += 1;
    if (turn <= queries) setImmediate(count);
  };
  setImmediate(count);
  const turns = new QueryTurns(() => clock);
  const query = async (): Promise<number> => {
    clock += milliseconds;
    return turn;
  };
  const ran = await Promise.all(Array.from({ length: queries }, () => turns.take(query)));
  while (turn <= queries) await turnEnd();
  return ran;
}

describe('queries that come at once', () => {
  it('run one per turn of the event loop, in the order in which they came, when each takes long', async () => {
    expect(await turnsOf(5, 6)).toEqual([0, 1, 2, 3, 4]);
  });

  it('run several in a turn while it is short', async () => {
    expect(await turnsOf(6, 2)).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('are answered when one of them fails', async () => {
    const turns = new QueryTurns();
    const failed = turns.take(() => Promise.reject(new Error('no such thing')));
    const other = turns.take(() => Promise.resolve('an answer'));
    await expect(failed).rejects.toThrow('no such thing');
    expect(await other).toBe('an answer');
  });
});

/** One question over this connection. */
function asked(agent: Agent, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer ada' };
    const sent = request({ agent, port, host: '127.0.0.1', path: '/graphql', method: 'POST', headers }, (response) => {
      response.resume().on('end', resolve);
    });
    sent.on('error', reject).end(JSON.stringify({ query: '{ __typename }' }));
  });
}

describe('many who connect at once and ask again and again', () => {
  it('each get a first answer before the others have had many', async () => {
    const app = await gateApp({
      wrapExecutor: (execute) => (operation) => {
        const end = performance.now() + 5;
        while (performance.now() < end);
        return execute(operation);
      },
    });
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const clients = 30;
    const answers: number[] = Array.from({ length: clients }, () => 0);

    const client = async (_: unknown, i: number): Promise<void> => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      while (answers.includes(0)) {
        await asked(agent, port);
        answers[i]! += 1;
      }
      agent.destroy();
    };
    await Promise.all(Array.from({ length: clients }, client));
    await app.close();

    // Without turns the first has half as many answers as there are clients before the last has one.
    expect(Math.max(...answers)).toBeLessThan(clients / 3);
  });
});
