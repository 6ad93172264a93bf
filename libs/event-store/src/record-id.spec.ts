import { copyEvents, type EventStore, recordIdOf } from './index.js';
import { openKurrentEventStore } from './kurrentdb/index.js';
import { openPostgresEventStore } from './postgres/index.js';
import { memoryEventStore, someEvent, startKurrentDouble, testPostgres } from './testing/index.js';

const NONCE = 'BBBBBBBBBBBBBBBBBBBBBB==';

describe('the id of a record', () => {
  const postgres = testPostgres();
  const opened: { close(): Promise<void> }[] = [];
  const kept = <T extends { close(): Promise<void> }>(one: T) => {
    opened.unshift(one);
    return one;
  };
  const first = someEvent();
  const begun = async (event = first) => {
    const store = kept(memoryEventStore());
    await store.append('test-stream' as never, 'NO_STREAM', [event]);
    return store;
  };
  const copyIn = async (source: EventStore, target: EventStore) => {
    await copyEvents({ from: source, to: target });
    return recordIdOf(target);
  };
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  it('is not there before the first event, and stays from then on', async () => {
    const store = kept(memoryEventStore());
    expect(await recordIdOf(store)).toBeUndefined();
    await store.append('test-stream' as never, 'NO_STREAM', [first]);
    const id = await recordIdOf(store);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    await store.append('test-stream' as never, 0, [someEvent()]);
    expect(await recordIdOf(store)).toBe(id);
  });

  it('tells two records apart that began with the same command, by the nonce', async () => {
    const other = { ...first, metadata: { ...first.metadata, nonce: NONCE } };
    expect(await recordIdOf(await begun())).not.toBe(await recordIdOf(await begun(other)));
    expect(await recordIdOf(await begun())).toBe(await recordIdOf(await begun()));
  });

  it('is that of the source in a copy whose events keep their positions', async () => {
    const source = await begun();
    const target = kept(await openPostgresEventStore({ url: postgres.url }));
    expect(await copyIn(source, target)).toBe(await recordIdOf(source));
  });

  it('is another one where events have other positions, as in KurrentDB', async () => {
    const double = await startKurrentDouble();
    opened.unshift({ close: () => double.stop() });
    const target = kept(await openKurrentEventStore({ url: double.url }));
    const source = await begun();
    const id = await copyIn(source, target);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(id).not.toBe(await recordIdOf(source));
  });
});
