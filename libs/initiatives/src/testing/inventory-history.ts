import { memoryEventStore } from '@waymark/event-store/testing';
import { type Command, CommandRunner, derivedUuid, eventIdOf, RisingClock, type StoredEvent } from '@waymark/kernel';
import { someMeta } from '@waymark/kernel/testing';
import * as c from '../initiative-commands.js';
import { initiativeDecider } from '../initiative.decider.js';
import { about, basis, description, ownerId } from './lakeside.js';

/** An inventory in which everything happens that can happen to one, recorded in a store in memory. */
export async function inventoryHistory(): Promise<readonly StoredEvent[]> {
  const store = memoryEventStore();
  const clock = new RisingClock(undefined, () => Date.parse('2025-10-15T14:00:00.000Z'));
  const sealer = {
    seal: () => {
      throw new Error('No event of this slice holds personal data');
    },
  };
  const runner = new CommandRunner({ store, sealer, clock });
  const run = async (command: Command) => {
    await runner.run(initiativeDecider, command as c.InitiativeCommand);
    return eventIdOf(command, 0);
  };
  const enter = async (name: string, status: 'PLANNED' | 'ACTIVE' = 'ACTIVE') => {
    const data = { description: description(name), status, basis };
    const event = await run(new c.RegisterInitiative(ownerId, data, about, someMeta()));
    const [registered, described] = (await store.readAll({ after: 0, limit: 1000 })).slice(-2);
    const { initiativeId } = registered!.data as { initiativeId: string };
    return { initiativeId, registered: event, described: described!.eventId };
  };
  const [mentors, checkIn, twice] = [await enter('Mentors'), await enter('Check-in', 'PLANNED'), await enter('Twice')];
  const { initiativeId } = mentors;
  const anew = { initiativeId, description: description('Mentors', { tiers: ['TIER_2'] }), basis };
  const described = await run(
    new c.DescribeInitiative(ownerId, { ...anew, basedOn: mentors.described }, about, someMeta()),
  );
  const right = {
    initiativeId,
    description: description('Mentors'),
    corrects: described,
    reason: 'tiers are not known',
  };
  await run(new c.CorrectInitiative(ownerId, right, about, someMeta()));
  const never = { initiativeId: twice.initiativeId, reason: 'entered twice' };
  await run(new c.WithdrawInitiative(ownerId, never, about, someMeta()));

  const begun = { initiativeId: checkIn.initiativeId, status: 'ACTIVE' as const, basedOn: checkIn.registered, basis };
  const active = await run(new c.StateInitiativeStatus(ownerId, begun, about, someMeta()));
  const notYet = { initiativeId: checkIn.initiativeId, corrects: active, reason: 'next month' };
  await run(new c.WithdrawInitiativeStatus(ownerId, notYet, about, someMeta()));
  await relations(run, initiativeId, checkIn.initiativeId);
  await staff(run, initiativeId);
  await reviews(run, initiativeId, mentors.registered);
  const events = await store.readAll({ after: 0, limit: 1000 });
  await store.close();
  return events;
}

type Run = (command: Command) => Promise<ReturnType<typeof eventIdOf>>;

async function relations(run: Run, initiativeId: string, other: string): Promise<void> {
  const to = { kind: 'INITIATIVE' as const, initiativeId: other, ownerId };
  const said = { relation: 'DUPLICATES' as const, explanation: 'same hour, same pupils', staffGroups: ['Counselors'] };
  const relation = { initiativeId, to, ...said };
  const judged = await run(new c.RelateInitiative(ownerId, { relation, isKnown: true }, about, someMeta()));
  const conflict = { ...said, relation: 'CONFLICTS' as const, corrects: judged, reason: 'looked at again' };
  const corrected = await run(new c.CorrectRelation(ownerId, { initiativeId, to, ...conflict }, about, someMeta()));
  const resolved = { initiativeId, to, judgement: corrected, resolution: 'alternate weeks' };
  await run(new c.ResolveConflict(ownerId, resolved, about, someMeta()));
  const area = { kind: 'FOCUS_AREA' as const, focusArea: 'SEBH' as const };
  const helps = { ...relation, to: area, relation: 'ENHANCES' as const };
  const helping = await run(new c.RelateInitiative(ownerId, { relation: helps, isKnown: true }, about, someMeta()));
  const never = { initiativeId, to: area, corrects: helping, reason: 'of another one' };
  await run(new c.WithdrawRelation(ownerId, never, about, someMeta()));
}

async function staff(run: Run, initiativeId: string): Promise<void> {
  const schoolYear = '2025-26';
  const cells = [{ staffGroup: 'Counselors', fte: 1.5 }, { staffGroup: 'Coaches' }];
  const promised = await run(
    new c.PromiseStaff(ownerId, { initiativeId, schoolYear, cells, basis }, about, someMeta()),
  );
  const less = { initiativeId, schoolYear, cells: [{ staffGroup: 'Counselors', fte: 1 }], corrects: promised };
  const corrected = await run(new c.CorrectStaffPromise(ownerId, { ...less, reason: 'a slip' }, about, someMeta()));
  const none = { initiativeId, schoolYear, corrects: corrected, reason: 'never promised' };
  await run(new c.WithdrawStaffPromise(ownerId, none, about, someMeta()));
  const there = await run(new c.StateStaffAvailability(ownerId, { schoolYear, cells, basis }, about, someMeta()));
  const more = { schoolYear, cells: [{ staffGroup: 'counselors', fte: 3 }], corrects: there, reason: 'a slip' };
  const again = await run(new c.CorrectStaffAvailability(ownerId, more, about, someMeta()));
  const nobody = { schoolYear, corrects: again, reason: 'of another year' };
  await run(new c.WithdrawStaffAvailability(ownerId, nobody, about, someMeta()));
}

async function reviews(run: Run, initiativeId: string, basedOn: Awaited<ReturnType<Run>>): Promise<void> {
  const review = { decision: 'PAUSE' as const, explanation: 'nobody has time', restsOn: [] };
  const paused = new c.ReviewInitiative(ownerId, { initiativeId, review, basedOn }, about, someMeta());
  const reviewed = await run(paused);
  const { reviewId } = initiativeReviewOf(paused);
  const undecided = { ...review, decision: 'UNDECIDED' as const };
  const said = { initiativeId, reviewId, review: undecided, corrects: reviewed, reason: 'no decision was taken' };
  const corrected = await run(new c.CorrectReview(ownerId, said, about, someMeta()));
  const never = { initiativeId, reviewId, corrects: corrected, reason: 'there was no review' };
  await run(new c.WithdrawReview(ownerId, never, about, someMeta()));
  const indicators = { evidence: 4, usability: 3, supports: 2, need: 5, fit: 4, capacity: 1 };
  const rating = { ...indicators, roles: ['principal'] };
  const rated = await run(new c.RateInitiative(ownerId, { initiativeId, rating }, about, someMeta()));
  const better = { initiativeId, rating: { ...rating, capacity: 2 }, corrects: rated, reason: 'a slip' };
  const again = await run(new c.CorrectRating(ownerId, better, about, someMeta()));
  const nobody = { initiativeId, corrects: again, reason: 'of another one' };
  await run(new c.WithdrawRating(ownerId, nobody, about, someMeta()));
}

function initiativeReviewOf({ meta }: c.ReviewInitiative) {
  return { reviewId: derivedUuid('review', meta.commandId) };
}
