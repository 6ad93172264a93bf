import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turnEnd } from 'node:timers/promises';
import { gateApp } from '../testing/index.js';
import { QueryTurns } from './query-turns.js';

/** Lets so many queries in at once; answers for each the turn of the loop in which it began, undefined for at once. */
async function turnsOf(turns: QueryTurns, queries: number): Promise<(number | undefined)[]> {
  let turn = 0;
  const count = (): void => {
    turn += 1;
    if (turn <= queries) setImmediate(count);
  };
  setImmediate(count);
  const began: (number | undefined)[] = Array.from({ length: queries });
  for (const query of began.keys()) void turns.take()?.then(() => (began[query] = turn));
  while (turn <= queries) await turnEnd();
  return began;
}

describe('queries that come at once', () => {
  it('begin one per turn of the event loop, in the order in which they came', async () => {
    expect(await turnsOf(new QueryTurns(), 5)).toEqual([undefined, 1, 2, 3, 4]);
  });

  it('do not wait when nobody is before them', () => {
    expect(new QueryTurns().take()).toBeUndefined();
  });

  it('need not wait again once the others are through', async () => {
    const turns = new QueryTurns();
    await turnsOf(turns, 3);
    await turnEnd();

    expect(turns.take()).toBeUndefined();
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
    const app = await gateApp();
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const clients = 40;
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
    expect(Math.max(...answers)).toBeLessThan(clients / 4);
  });
});
