import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CommandBus } from '@nestjs/cqrs';
import type { EventStore } from '@waymark/event-store';
import { sampleCounty } from '@waymark/exploration';
import { bootstrapDemoPersons, PersonKeys, type SignedInPerson, systemActor } from '@waymark/identity';
import {
  type Actor,
  civilDateIn,
  CommandRunner,
  type OrganisationId,
  randomId,
  RisingClock,
  type Turn,
} from '@waymark/kernel';
import { type Config, EVENT_STORE, OrganisationDirectory, ReadGate } from '@waymark/nest-kit';
import { bundledDirectory, bundledMapping, DirectoryImporter, OrganisationReads } from '@waymark/organisations';
import { FIRST_START_TURN } from './platform.module.js';
import { projectFile } from './project-file.js';

/** Says how far the first start has come. */
export type FirstStartProgress = (step: string, done: number, total: number) => void;

/** What there is to try out: the demo persons, and those whose organisation is not in the record. */
export interface SampleReport {
  readonly persons: readonly SignedInPerson[];
  readonly waiting: readonly string[];
}

/** Of two seconds each. */
const MOST_WAITS = 30;
const FILE = 'sample.json';
const DIRECTORIES = ['mi', 'zz'] as const;

/**
 * What the embedded profile brings along: on an empty record the Michigan directory, the sample county and its demo persons.
 * A first start that was cut short is taken up again: every command has a fixed id, so nothing is recorded twice.
 * Of several apis that find the record empty, each sees to it that all is there, one after the other: the first records it, the others find it.
 * A record that began with other data gets the demo persons alone. Throws BusyError when others take too long.
 */
export async function loadSamples(
  app: NestFastifyApplication,
  config: Config,
  onProgress: FirstStartProgress,
): Promise<SampleReport> {
  const state = await sampleState(app, config);
  return app.get<Turn>(FIRST_START_TURN).take(async () => {
    await shownByTables(app);
    return state === 'LOADING' ? bringIn(app, config, onProgress) : signInDemoPersons(app);
  });
}

async function bringIn(
  app: NestFastifyApplication,
  config: Config,
  onProgress: FirstStartProgress,
): Promise<SampleReport> {
  for (const name of DIRECTORIES) await importBundled(app, name, onProgress);
  const report = await signInDemoPersons(app);
  await loadSampleCounty(app, report.persons, onProgress);
  const { position } = await app.get<EventStore>(EVENT_STORE).head();
  await app.get(ReadGate).waitFor(position);
  writeState(config, 'LOADED');
  return report;
}

/** Waits until the tables show the record: a projector may be started a little later than this program. */
async function shownByTables(app: NestFastifyApplication): Promise<void> {
  const { position } = await app.get<EventStore>(EVENT_STORE).head();
  for (let waits = 0; ; waits += 1) {
    try {
      return await app.get(ReadGate).waitFor(position);
    } catch (error) {
      if (waits === MOST_WAITS) throw error;
    }
  }
}

async function sampleState(app: NestFastifyApplication, config: Config): Promise<'LOADING' | 'LOADED' | 'NONE'> {
  const file = join(config.dataDir, FILE);
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { state: 'LOADING' | 'LOADED' }).state;
  const { position } = await app.get<EventStore>(EVENT_STORE).head();
  if (position > 0) return 'NONE';
  writeState(config, 'LOADING');
  return 'LOADING';
}

function writeState(config: Config, state: 'LOADING' | 'LOADED'): void {
  writeFileSync(join(config.dataDir, FILE), `${JSON.stringify({ state })}\n`, { mode: 0o600 });
}

async function importBundled(app: NestFastifyApplication, name: string, onProgress: FirstStartProgress): Promise<void> {
  const folder = projectFile('directories');
  const mapping = await bundledMapping(folder, name);
  const now = app.get(RisingClock).now();
  await app.get(DirectoryImporter).import({
    bytes: await bundledDirectory(folder, name),
    mapping,
    dryRun: false,
    circumstances: {
      actor: systemActor,
      correlationId: randomId(),
      causationId: randomId(),
      now: now.toISOString(),
      today: civilDateIn(mapping.timeZone, now),
    },
    onProgress: ({ done, total }) => onProgress(`Directory of ${mapping.state}`, done, total),
  });
}

async function signInDemoPersons(app: NestFastifyApplication): Promise<SampleReport> {
  const directory = app.get(OrganisationDirectory);
  const { persons, waiting } = await bootstrapDemoPersons({
    runner: app.get(CommandRunner),
    clock: app.get(RisingClock),
    keys: app.get(PersonKeys),
    find: (code) => directory.find(code),
  });
  return { persons, waiting: waiting.map(({ name, organisation }) => `${name} (${organisation})`) };
}

async function loadSampleCounty(
  app: NestFastifyApplication,
  persons: readonly SignedInPerson[],
  onProgress: FirstStartProgress,
): Promise<void> {
  const reads = app.get(OrganisationReads);
  const agency = await required(reads, 'ZZ-90');
  const today = civilDateIn(await reads.timeZoneOf(agency), app.get(RisingClock).now());
  const districts = await reads.list({ kind: 'DISTRICT', agencyId: agency, on: today }, undefined, 100);
  const actor = async (name: string): Promise<Actor> => {
    const { personId, role, organisation } = persons.find((person) => person.name === name)!;
    return { personId, role, organisationId: await required(reads, organisation) };
  };
  const commands = sampleCounty({
    agency,
    districts: districts.map(({ id }) => id as OrganisationId),
    coordinator: await actor('ada'),
    leader: await actor('len'),
    districtMember: await actor('dora'),
    reviewer: await actor('rev'),
    today,
  });
  const bus = app.get(CommandBus);
  for (const [index, command] of commands.entries()) {
    await bus.execute(command);
    onProgress('Sample county', index + 1, commands.length);
  }
}

async function required(reads: OrganisationReads, code: string): Promise<OrganisationId> {
  const found = await reads.find(code);
  if (found === undefined) throw new Error(`The bundled directory has no organisation ${code}`);
  return found.id;
}
