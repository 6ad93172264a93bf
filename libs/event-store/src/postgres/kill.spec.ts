import type { StreamName } from '@waymark/kernel';
import { killedWriterContract } from '../contract/killed-writer.contract.js';
import { ownPostgresServer, someEvent, testPostgres } from '../testing/index.js';
import { openPostgresEventStore } from './index.js';

describe('on PostgreSQL', () => {
  const postgres = testPostgres();
  killedWriterContract({
    door: 'postgres',
    target: () => postgres.url,
    open: (url) => openPostgresEventStore({ url }),
  });
});

describe('a PostgreSQL server stopped while it is written to', () => {
  it.each(['kill', 'immediate', 'fast'] as const)(
    '(%s) keeps every acknowledged event, once, and is used again',
    async (how) => {
      const server = await ownPostgresServer();
      const store = await openPostgresEventStore({ url: server.url });
      const acknowledged = new Set<string>();
      let isOver = false;
      const write = async (writer: number) => {
        const stream = `visit-${writer}` as StreamName;
        let last: number | 'NO_STREAM' = 'NO_STREAM';
        let event = someEvent();
        while (!isOver) {
          try {
            // The same event until it is taken: what may have been recorded must not be recorded twice.
            ({ revision: last } = await store.append(stream, last, [event]));
            acknowledged.add(event.eventId);
            event = someEvent();
          } catch (error) {
            expect(['StoreUnavailableError', 'OutcomeUnknownError']).toContain((error as Error).name);
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
        }
      };
      const writers = Array.from({ length: 10 }, (_, writer) => write(writer));
      for (let round = 1; round <= 2; round += 1) {
        const before = acknowledged.size;
        while (acknowledged.size < before + 100) await new Promise((resolve) => setTimeout(resolve, 5));
        await server.stop(how);
        await server.start();
      }
      const before = acknowledged.size;
      while (acknowledged.size < before + 100) await new Promise((resolve) => setTimeout(resolve, 5));
      isOver = true;
      await Promise.all(writers);
      const found = (await store.readAll({ after: 0, limit: 100_000 })).map(({ eventId }) => eventId as string);
      expect(new Set(found).size).toBe(found.length);
      expect(found).toEqual(expect.arrayContaining([...acknowledged]));
      expect(found.length).toBe(acknowledged.size);
      await store.close();
      await server.remove();
    },
  );
});
