import type { OrganisationId, StoredEvent } from '@waymark/kernel';
import { idOf, someMeta } from '@waymark/kernel/testing';
import { CloseOrganisation, organisationDecider } from '@waymark/organisations';
import { differencesAt, firstDifferenceIn } from '../testing/comparison.js';
import { type DeskParts, testDesk, type TestDesk } from '../testing/desk.js';
import { daysOfNote, hardCases } from '../testing/hard-cases.js';
import { placed, registered } from '../testing/said.js';
import { type Fault, moduleWith, partsWith } from '../testing/planted-fault.js';

const inForce = 'facts/in-force.ts';
const restate = 'facts/restate.ts';
const fold = 'facts/facts-fold.ts';
const dials = 'asking/dials.ts';

/** One fault per semantic rule that tables and questions keep. */
const faults: readonly Fault[] = [
  {
    rule: 'S1',
    what: 'belief lasts one event too long',
    file: inForce,
    find: 'until_position > $',
    put: 'until_position >= $',
  },
  {
    rule: 'S1',
    what: 'truth lasts one day too long',
    file: inForce,
    find: 'effective_until > $',
    put: 'effective_until >= $',
  },
  { rule: 'S2', what: 'the earliest day wins', file: restate, find: '? -1 : 1', put: '? 1 : -1' },
  {
    rule: 'S3',
    what: 'a late entry is taken for the latest',
    file: restate,
    find: '[...others, row].sort(inOrderOfTruth)',
    put: '[...others, row]',
  },
  {
    rule: 'S4',
    what: 'a correction takes a new place',
    file: restate,
    find: 'a.root_position - b.root_position',
    put: 'a.event_position - b.event_position',
  },
  {
    rule: 'S5',
    what: 'cells that a correction drops stay',
    file: fold,
    find: 'for (const key of wasKeys) if',
    put: 'for (const key of []) if',
  },
  {
    rule: 'S6',
    what: 'a correction of a correction stands at the first one',
    file: fold,
    find: 'root = row.root_position',
    put: 'root = row.event_position',
  },
  {
    rule: 'S7',
    what: 'the source stays the first event',
    file: fold,
    find: 'event_position: event.position',
    put: 'event_position: root',
  },
  {
    rule: 'S8',
    what: 'a withdrawal states its content',
    file: 'facts/fact-kind.ts',
    find: "event.metadata.act === 'WITHDRAWN' ? undefined : how.now(data)",
    put: 'how.now(data)',
  },
  {
    rule: 'S9',
    what: 'an end begins on its last day',
    file: 'facts/organisation.facts.ts',
    find: 'dayAfter(event.metadata.effectiveOn)',
    put: 'event.metadata.effectiveOn',
  },
  {
    rule: 'S11',
    what: 'what is planned shows at once',
    file: inForce,
    find: 'effective_from <= ${view.on}',
    put: '1 = 1',
  },
  {
    rule: 'S12',
    what: 'rows beaten on their own day are not kept',
    file: restate,
    find: 'opened.push(open);',
    put: 'if (open.effective_from < end) opened.push(open);',
  },
  {
    rule: 'S13',
    what: 'an instant stops short of its own events',
    file: dials,
    find: 'recorded_at <= ${instant}',
    put: 'recorded_at < ${instant}',
  },
  {
    rule: 'S14',
    what: 'lagging tables answer',
    file: dials,
    find: 'newest.recorded_at <= instant',
    put: 'newest.recorded_at < ""',
  },
  {
    rule: 'S15',
    what: 'a fixed place reads what is believed now',
    file: inForce,
    find: 'if (view.current)',
    put: 'if (view.position > 0)',
  },
  {
    rule: 'S16',
    what: 'members are those of the last day',
    file: inForce,
    find: "inForce(view, placementFact, 'member', where)",
    put: "inForce({ ...view, on: '2199-12-31' }, placementFact, 'member', where)",
  },
  {
    rule: 'S17',
    what: 'county needs leave their agency',
    file: 'questions/needs-by-focus-area.question.ts',
    find: 'subject in (${agencies(ask.view, ask.scope)})',
    put: '1 = 1',
  },
  {
    rule: 'S18',
    what: 'members are those known now',
    file: inForce,
    find: "inForce(view, placementFact, 'member', where)",
    put: "inForce({ ...view, current: true }, placementFact, 'member', where)",
  },
  {
    rule: 'S19',
    what: 'last year has the members of this year',
    file: 'questions/change-against-last-year.question.ts',
    find: 'ask.at(oneYearEarlier(ask.view.on))',
    put: 'ask',
  },
  {
    rule: 'S19',
    what: 'a change counts those that spoke in one year only',
    file: 'questions/change-against-last-year.question.ts',
    find: 'countNeeds(ask, year, other && spokeIn.needs(other))',
    put: 'countNeeds(ask, year)',
  },
  {
    rule: 'S20',
    what: 'districts under nobody count',
    file: inForce,
    find: "const placed = raw(`kind = 'DISTRICT'`)",
    put: "scope = { kind: 'STATE', state: scope.kind === 'STATE' ? scope.state : 'MI' };\n  const placed = raw('1 = 1 or kind is null')",
  },
  {
    rule: 'states',
    what: 'nothing counts as 0',
    file: 'questions/figure.ts',
    find: 'if (known === 0)',
    put: 'if (known < 0)',
  },
  {
    rule: 'states',
    what: 'some count as all',
    file: 'questions/figure.ts',
    find: 'if (known < of)',
    put: 'if (known < 0)',
  },
  {
    rule: 'states',
    what: '"unknown" counts as an answer',
    file: 'questions/universe.ts',
    find: "answer <> 'UNKNOWN'",
    put: "answer <> ''",
  },
  {
    rule: 'sources',
    what: 'sources are read at now',
    file: 'asking/question-desk.ts',
    find: 'recordedAsOf: handle.event, ',
    put: '',
  },
];

/** S10 is kept by the rules of organisations. */
const closing = '../../organisations/src/organisation-closings.ts';
const closingFaults: readonly Fault[] = [
  {
    rule: 'S10',
    what: 'a closing passes over a placement for a later day',
    file: closing,
    find: 'later.length > 0',
    put: 'later.length > 9',
  },
  {
    rule: 'S10',
    what: 'a closing passes over what other slices recorded for later days',
    file: closing,
    find: 'laterWork.length > 0',
    put: 'laterWork.length > 9',
  },
];

type Organisation = NonNullable<ReturnType<typeof organisationDecider.evolve>>;
type Close = (command: CloseOrganisation, state: Organisation) => unknown;

/** Which closings go through although something holds from after the last day. */
function closingsLetThrough(close: Close): string[] {
  const organisationId = idOf<OrganisationId>('d1');
  const meta = someMeta({ today: '2025-10-15' });
  const state = [registered('d1', 'DISTRICT'), placed('d1', 'a1', { eff: '2025-09-01' })].reduce(
    (before, { type, data, effectiveOn, eventId }) =>
      organisationDecider.evolve(before, {
        type,
        data,
        metadata: { effectiveOn, act: 'STATED', statement: eventId },
      } as never),
    organisationDecider.initial,
  ) as Organisation;
  const closings = { placement: ['2025-06-30', []], work: ['2025-09-30', ['need from 2025-10-01']] } as const;
  return Object.entries(closings).flatMap(([name, [lastDay, laterWork]]) => {
    const data = { lastDay, reason: 'ends', stillUnderIt: [], laterWork };
    try {
      close(new CloseOrganisation(organisationId, data, {}, meta), state);
      return [name];
    } catch {
      return [];
    }
  });
}

/** What is found wrong first with these parts, or undefined when everything agrees with the model. */
async function firstDifference(parts: DeskParts): Promise<string | undefined> {
  const events = hardCases();
  let desk: TestDesk | undefined;
  try {
    desk = await testDesk(events.slice(0, -4), { parts, batchSize: 3, now: '2024-09-01T00:00:00Z' });
    await desk.recordUnseen(...events.slice(-4));
    const stored = (await desk.store.readAll({ after: 0, limit: 1000 })) as StoredEvent[];
    const asked = { slug: 'needs-by-focus-area', scope: { state: 'MI' }, byInstant: true, day: '2024-06-01' } as const;
    const [lagging] = await differencesAt(desk, stored, { ...asked, event: stored.at(-1) });
    return lagging ?? (await firstDifferenceIn(desk, stored, daysOfNote()));
  } catch (error) {
    return String(error);
  } finally {
    await desk?.close();
  }
}

jest.setTimeout(60_000);

describe('planted faults', () => {
  it('without a fault, tables and model agree', async () => {
    expect(await firstDifference(partsWith(undefined))).toBeUndefined();
  });

  it.each(faults)('$rule is noticed when $what', async (fault) => {
    expect(await firstDifference(partsWith(fault))).toBeDefined();
  });

  it('S10 without a fault, no closing goes through while something holds from after it', () => {
    expect(closingsLetThrough((command, state) => organisationDecider.decide(command, state))).toEqual([]);
  });

  it.each(closingFaults)('$rule is noticed when $what', (fault) => {
    expect(closingsLetThrough(moduleWith<{ close: Close }>(fault).close)).toHaveLength(1);
  });
});
