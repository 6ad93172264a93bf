import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteEventStore } from '@waymark/event-store/sqlite';
import { memoryEventStore } from '@waymark/event-store/testing';
import type { EventStore } from '@waymark/event-store';
import {
  CommandRunner,
  EventCatalogue,
  OPERATOR_ORGANISATION,
  type OrganisationId,
  RisingClock,
} from '@waymark/kernel';
import { idOf, someMeta } from '@waymark/kernel/testing';
import { accountCatalogue, type AccountEvent } from './account.events.js';
import { bootstrapAdmin, bootstrapDemoPersons, type BootstrapOptions } from './bootstrap.js';
import { demoPersons } from './demo-persons.js';
import { PersonKeys } from './keys/person-keys.js';
import { EndGrant, personDecider } from './person.decider.js';
import { personCatalogue, type PersonEvent } from './person.events.js';

const catalogue = EventCatalogue.union(personCatalogue, accountCatalogue);
const kinds: Record<string, string> = {
  'ZZ-90': 'SERVICE_AGENCY',
  'ZZ-90010': 'DISTRICT',
  ZZ: 'STATE_AGENCY',
  'MI-41': 'SERVICE_AGENCY',
  'MI-MDE': 'STATE_AGENCY',
};

function optionsFor(store: EventStore, keys: PersonKeys, known: readonly string[] = Object.keys(kinds)) {
  const clock = new RisingClock();
  const options: BootstrapOptions = {
    runner: new CommandRunner({ store, sealer: keys, clock }),
    clock,
    keys,
    find: (code) =>
      Promise.resolve(known.includes(code) ? { id: idOf<OrganisationId>(code), kind: kinds[code]! } : undefined),
  };
  const personOf = async (accountHash: string) => {
    const linked = (await eventsIn(store)).find(
      (e) => e.type === 'AccountLinked' && e.data.accountHash === accountHash,
    );
    return linked?.data.personId;
  };
  return { ...options, personOf };
}

async function eventsIn(store: EventStore) {
  const stored = await store.readAll({ after: 0, limit: 1000 });
  return stored.map((event) => catalogue.decode(event) as unknown as PersonEvent | AccountEvent);
}

describe('bootstrap of the demo persons', () => {
  it('records each person, account and grant, as the system actor, marked as sample', async () => {
    const store = memoryEventStore();
    const report = await bootstrapDemoPersons(optionsFor(store, PersonKeys.inMemory()));
    expect(report.waiting).toEqual([]);
    const events = await eventsIn(store);
    const count = (type: string) => events.filter((event) => event.type === type).length;
    expect([count('PersonRegistered'), count('AccountLinked'), count('RoleGranted')]).toEqual([10, 10, 10]);
    for (const event of events) {
      if (event.type === 'PersonRegistered') expect(event.data.sample).toBe(true);
    }
    const actors = new Set((await store.readAll({ after: 0, limit: 1000 })).map((e) => e.metadata.actor.role));
    expect([...actors]).toEqual(['SYSTEM']);
    await store.close();
  });

  it('R-93 records nothing at a second start', async () => {
    const store = memoryEventStore();
    const keys = PersonKeys.inMemory();
    await bootstrapDemoPersons(optionsFor(store, keys));
    const before = await store.head();
    await bootstrapDemoPersons(optionsFor(store, keys));
    expect(await store.head()).toEqual(before);
    await store.close();
  });

  it('lets grants wait for their organisations, and records them once these are there', async () => {
    const store = memoryEventStore();
    const keys = PersonKeys.inMemory();
    const early = await bootstrapDemoPersons(optionsFor(store, keys, []));
    expect(early.waiting.map((grant) => grant.name)).toEqual(
      demoPersons.filter((p) => p.name !== 'adam').map((p) => p.name),
    );
    const late = await bootstrapDemoPersons(optionsFor(store, keys));
    expect(late.waiting).toEqual([]);
    const granted = (await eventsIn(store)).filter((event) => event.type === 'RoleGranted');
    expect(granted).toHaveLength(10);
    await store.close();
  });

  it('leaves no name and no address in plain in any file of the data folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waymark-canary-'));
    const store = openSqliteEventStore({ file: join(folder, 'events.db') });
    const keys = PersonKeys.open(folder);
    const options = optionsFor(store, keys);
    await bootstrapDemoPersons(options);
    const canary = { name: 'Canary Nightingale', email: 'canary@nightingale.example', phone: '+1 616 555 0199' };
    await bootstrapAdmin(options, { ...canary, issuer: 'https://login.example.org', subject: 'canary-subject' });
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const contents = files.map(
      (entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'latin1')] as const,
    );
    await store.close();
    await keys.close();
    rmSync(folder, { recursive: true });
    expect(contents.find(([name]) => name.startsWith('events.db'))).toBeDefined();
    expect(contents.some(([, content]) => content.includes('PersonRegistered'))).toBe(true);
    for (const [name, content] of contents) {
      const found = ['Canary', 'Nightingale', 'nightingale.example', '555 0199', 'canary-subject', 'Ada Sample'];
      expect([name, found.filter((text) => content.includes(text))]).toEqual([name, []]);
    }
  });
});

describe('bootstrap of an administrator', () => {
  const admin = { name: 'Ada Admin', email: 'ada@example.org', issuer: 'https://login.example.org', subject: 'u-1' };

  it('registers, links and grants once, at once in force everywhere', async () => {
    const store = memoryEventStore();
    const options = optionsFor(store, PersonKeys.inMemory());
    const personId = await bootstrapAdmin(options, admin);
    expect(await bootstrapAdmin(options, admin)).toBe(personId);
    const events = await eventsIn(store);
    expect(events.map((event) => event.type)).toEqual(['PersonRegistered', 'AccountLinked', 'RoleGranted']);
    const west = new Date(Date.now() - 12 * 3_600_000).toISOString().slice(0, 10);
    expect(events[2]!.data).toMatchObject({ role: 'ADMIN', organisationId: OPERATOR_ORGANISATION });
    expect((events[2]!.data as { from: string }).from <= west).toBe(true);
    await store.close();
  });

  it('grants to the person for whom the account stands already', async () => {
    const store = memoryEventStore();
    const keys = PersonKeys.inMemory();
    const options = optionsFor(store, keys);
    await bootstrapDemoPersons(options);
    const adamsAccount = { ...admin, issuer: 'urn:waymark:local-issuer', subject: 'len' };
    const personId = await bootstrapAdmin(options, adamsAccount);
    const linked = (await eventsIn(store)).find(
      (e) => e.type === 'AccountLinked' && e.data.accountHash === keys.accountHash(adamsAccount.issuer, 'len'),
    );
    expect(personId).toBe(linked!.data.personId);
    await store.close();
  });

  it('grants anew on a later day when the grant has ended, so that nobody locks the operator out', async () => {
    const store = memoryEventStore();
    const options = optionsFor(store, PersonKeys.inMemory());
    const personId = await bootstrapAdmin(options, admin);
    const granted = (await eventsIn(store))[2] as Extract<PersonEvent, { type: 'RoleGranted' }>;
    const { grantId, from } = granted.data;
    const later = { ...options, clock: { now: () => new Date(Date.now() + 2 * 86_400_000) } };
    const end = new EndGrant({}, someMeta(), { personId, grantId, on: from, reason: 'left' });
    await options.runner.run(personDecider, end);
    await bootstrapAdmin(later, admin);
    expect((await eventsIn(store)).filter((event) => event.type === 'RoleGranted')).toHaveLength(2);
    await store.close();
  });
});
