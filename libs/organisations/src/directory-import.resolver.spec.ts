import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreUnavailableError } from '@waymark/kernel';
import { organisationsApp } from './testing/organisations-app.js';

const csv = readFileSync(join(process.cwd(), 'directories/zz/entities.csv'), 'utf8');

let own: Awaited<ReturnType<typeof organisationsApp>>;
beforeEach(async () => {
  own = await organisationsApp();
});
afterEach(() => own.close());
const input = { csv, mapping: 'zz', idempotencyKey: 'import-once' };
const fields = 'events';

/** An import that fails because the disk is full after a few appends. Gives what it recorded. */
async function brokenOff() {
  const append = own.store.append.bind(own.store);
  let appends = 0;
  own.store.append = (...given) => {
    appends += 1;
    return appends > 5 ? Promise.reject(new StoreUnavailableError('full', 'DISK_FULL')) : append(...given);
  };
  const broken = await own.mutate('importOrganisations', input, fields);
  expect(broken['errors']).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE' } }]);
  own.store.append = append;
  const recorded = await own.store.readAll({ after: 0, limit: 100 });
  expect(recorded.length).toBeGreaterThan(0);
  return recorded;
}

describe('R-93 an import sent again while the right holds', () => {
  it('records nothing, and gives the receipt of the first to its key and input alone', async () => {
    const first = await own.mutate('importOrganisations', input, fields);
    const head = await own.store.head();
    const again = await own.mutate('importOrganisations', input, fields);
    expect(again).toEqual({
      entity: { events: 0 },
      receipt: { ...first['receipt'], replayed: true },
      userErrors: [],
    });
    for (const other of [
      { ...input, idempotencyKey: 'import-twice' },
      { ...input, takeFile: true },
      { ...input, dryRun: true },
    ]) {
      expect(await own.mutate('importOrganisations', other, fields)).toMatchObject({ receipt: null, userErrors: [] });
    }
    expect(await own.store.head()).toEqual(head);
  });

  it('does what was left of one that the store broke off, and gives the receipt of that', async () => {
    const before = await brokenOff();
    const rest = await own.mutate('importOrganisations', input, fields);
    const now = await own.store.readAll({ after: before.at(-1)!.position, limit: 1000 });
    expect(rest['receipt']).toMatchObject({ replayed: false, eventIds: now.map(({ eventId }) => eventId) });
    const again = await own.mutate('importOrganisations', input, fields);
    expect(again['receipt']).toMatchObject({
      replayed: true,
      eventIds: [...before, ...now].map(({ eventId }) => eventId),
    });
  });
});

describe('R-93 an import sent again after the right has ended', () => {
  it('gives the receipt of the whole import, and records nothing', async () => {
    const first = await own.mutate('importOrganisations', input, fields);
    const head = await own.store.head();
    own.rights.ended = true;
    const again = await own.mutate('importOrganisations', input, fields);
    expect(again).toEqual({ entity: null, receipt: { ...first['receipt'], replayed: true }, userErrors: [] });
    for (const other of [
      { ...input, csv: csv.replace('Lakeshore', 'Seashore') },
      { ...input, idempotencyKey: 'import-twice' },
    ]) {
      const { errors } = await own.mutate('importOrganisations', other, fields);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    const stranger = await own.mutate('importOrganisations', input, fields, 'COORDINATOR');
    expect(stranger['errors']).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(await own.store.head()).toEqual(head);
  });

  it('of an import that the store broke off says what was recorded, and refuses the rest', async () => {
    const recorded = await brokenOff();
    own.rights.ended = true;
    const again = await own.mutate('importOrganisations', input, fields);
    expect(again).toMatchObject({
      entity: null,
      receipt: { replayed: true, eventIds: recorded.map(({ eventId }) => eventId) },
      userErrors: [{ code: 'REST_REFUSED', rule: 'R-93' }],
    });
    expect(again['userErrors'][0].message).toContain('importOrganisations needs role ADMIN');
    expect(await own.store.readAll({ after: 0, limit: 100 })).toEqual(recorded);
  });
});
