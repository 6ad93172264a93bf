import { memoryEventStore } from '@waymark/event-store/testing';
import {
  type Actor,
  type Command,
  CommandRunner,
  type OrganisationId,
  type PersonId,
  RisingClock,
  type StoredEvent,
} from '@waymark/kernel';
import { idOf, someMeta } from '@waymark/kernel/testing';
import {
  AbandonExplorationCycle,
  explorationCycleCommands,
  type ExplorationCycleCommand,
  OpenExplorationCycle,
  ReplaceQuestionSet,
  ReviseAssessment,
} from '../exploration-cycle-commands.js';
import { explorationCycleDecider } from '../exploration-cycle.decider.js';
import type { DistrictRequestCommand } from '../district-request-commands.js';
import { districtRequestDecider } from '../district-request.decider.js';
import { type SampleCounty, sampleCounty } from '../sample-county.js';

function actor(role: string): Actor {
  return { role, personId: idOf<PersonId>(role), organisationId: idOf<OrganisationId>(`${role} of`) };
}

export const sampleAgency = idOf<OrganisationId>('sample agency');
export const sampleDistricts = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => idOf<OrganisationId>(`district ${name}`));

/** The sample county as of a day in February, with actors for tests. */
export const county: SampleCounty = {
  agency: sampleAgency,
  districts: sampleDistricts,
  coordinator: actor('COORDINATOR'),
  leader: actor('ISD_LEADER'),
  districtMember: actor('DISTRICT_MEMBER'),
  reviewer: actor('STATE_REVIEWER'),
  today: '2026-02-10',
};

/** A store in memory with a runner of this slice's commands over it. */
export function recordInMemory() {
  const store = memoryEventStore();
  const clock = new RisingClock(undefined, () => Date.parse('2026-02-10T12:00:00.000Z'));
  const sealer = { seal: () => fail() };
  const runner = new CommandRunner({ store, sealer, clock });
  const isOfCycle = (command: Command): command is ExplorationCycleCommand =>
    explorationCycleCommands.some((Class) => command instanceof Class);
  const run = (command: Command) =>
    isOfCycle(command)
      ? runner.run(explorationCycleDecider, command)
      : runner.run(districtRequestDecider, command as DistrictRequestCommand);
  const events = (): Promise<readonly StoredEvent[]> => store.readAll({ after: 0, limit: 10_000 });
  return { store, run, events };
}

/** Everything the sample records, and what it does not: a complete cycle opened again, one that changes its questions and is given up. */
export async function sampleHistory(): Promise<readonly StoredEvent[]> {
  const { run, events, store } = recordInMemory();
  for (const command of [...sampleCounty(county), ...openedAgain(), ...givenUp()]) await run(command);
  const history = await events();
  await store.close();
  return history;
}

function openedAgain(): Command[] {
  const key = { subjectId: sampleAgency, schoolYear: '2024-25', lineage: 'mimtss-isd' };
  const data = { assessment: 'FIT' as const, reason: 'a goal was read wrongly' };
  return [new ReviseAssessment(key, data, { agency: sampleAgency }, someMeta())];
}

function givenUp(): Command[] {
  const key = { subjectId: idOf<typeof sampleAgency>('another agency'), schoolYear: '2025-26', lineage: 'mimtss-isd' };
  const basis = { kind: 'SERVICE_AGENCY' };
  return [
    new OpenExplorationCycle(key, { questionSet: 'mimtss-isd-2022', basis }, { agency: key.subjectId }, someMeta()),
    new ReplaceQuestionSet(key, { questionSet: 'mimtss-isd-2025', reason: 'newer' }, {}, someMeta()),
    new AbandonExplorationCycle(key, { reason: 'the agency merges' }, {}, someMeta()),
  ];
}

function fail(): never {
  throw new Error('No event of this slice holds personal data');
}
