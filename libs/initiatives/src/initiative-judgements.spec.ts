import type { EventId } from '@waymark/kernel';
import { given, someMeta } from '@waymark/kernel/testing';
import * as c from './initiative-commands.js';
import { initiativeDecider as decider } from './initiative.decider.js';
import {
  about,
  basis,
  entered,
  type Event,
  id,
  initiative,
  other,
  ownerId,
  register,
  relate,
  review,
} from './testing/lakeside.js';

const area: c.RelationTarget = { kind: 'FOCUS_AREA', focusArea: 'SEBH' };
const two = [...entered('Check-in'), ...entered('Mentors')];
const after = (events: Event[], command: Parameters<typeof decider.decide>[0], ...names: string[]): Event[] => [
  ...events,
  ...given(decider, ...events)
    .when(command)
    .decided()
    .map((event, index) => ({ ...event, ...(names[index] !== undefined && { eventId: id(names[index]) }) })),
];

describe('relations', () => {
  it('R-34 link two different initiatives, or an initiative and a focus area', () => {
    given(decider, ...two)
      .when(relate('Check-in', other('Mentors')))
      .then({ type: 'InitiativeRelated', data: {} });
    given(decider, ...two)
      .when(relate('Check-in', area))
      .then({ type: 'InitiativeRelated', data: {} });
    given(decider, ...two)
      .when(relate('Check-in', other('Check-in')))
      .thenRejected('RELATION_TO_ITSELF', 'R-34');
    given(decider, ...two)
      .when(relate('Check-in', other('nobody’s')))
      .thenRejected('INITIATIVE_NOT_FOUND');
    const elsewhere: c.RelationTarget = {
      ...{ kind: 'INITIATIVE', initiativeId: initiative('of a district') },
      ownerId: initiative('district') as typeof ownerId,
    };
    given(decider, ...two)
      .when(relate('Check-in', elsewhere))
      .thenRejected('INITIATIVE_NOT_FOUND', 'R-34');
    given(decider, ...two)
      .when(relate('Check-in', elsewhere, { isKnown: true }))
      .decided();
  });

  it('are one judgement for a pair, whichever is named first, and nobody judges over one that he has not seen', () => {
    const judged = after(two, relate('Check-in', other('Mentors')), 'judged');
    given(decider, ...judged)
      .when(relate('Mentors', other('Check-in')))
      .thenRejected('CONFLICT');
    given(decider, ...judged)
      .when(relate('Mentors', other('Check-in'), { basedOn: id('judged') }))
      .decided();
  });

  const resolve = (judgement: EventId, resolution = 'alternate weeks') => {
    const data = { initiativeId: initiative('Check-in'), to: area, judgement, resolution };
    return new c.ResolveConflict(ownerId, data, about, someMeta());
  };

  it('R-31 a conflict is resolved by saying what is done; a new judgement needs a resolution of its own', () => {
    const judged = after(two, relate('Check-in', area), 'judged');
    given(decider, ...judged)
      .when(resolve(id('judged')))
      .then({ type: 'InitiativeConflictResolved', data: { judgement: id('judged'), resolution: 'alternate weeks' } });
    given(decider, ...judged)
      .when(resolve(id('judged'), ' '))
      .thenRejected('REASON_MISSING', 'R-31');
    given(decider, ...judged)
      .when(resolve(id('another')))
      .thenRejected('CONFLICT');
    given(decider, ...two)
      .when(resolve(id('judged')))
      .thenRejected('NO_CONFLICT', 'R-31');
    const anew = after(judged, relate('Check-in', area, { basedOn: id('judged') }), 'anew');
    const { state } = given(decider, ...after(anew, resolve(id('anew'))));
    expect(Object.keys(state.resolutions)).toEqual([id('anew')]);
  });

  it('R-88 a judgement is corrected and withdrawn with what it said before', () => {
    const judged = after(two, relate('Check-in', area), 'judged');
    const place = { initiativeId: initiative('Check-in'), to: area, corrects: id('judged'), reason: 'a slip' };
    const right = { ...place, relation: 'ENHANCES' as const, explanation: 'it helps', staffGroups: [] };
    given(decider, ...judged)
      .when(new c.CorrectRelation(ownerId, right, about, someMeta()))
      .then({
        type: 'InitiativeRelated',
        act: 'CORRECTED',
        data: { relation: { relation: 'ENHANCES' }, was: { relation: 'CONFLICTS' } },
      });
    given(decider, ...judged)
      .when(new c.WithdrawRelation(ownerId, place, about, someMeta()))
      .then({ type: 'InitiativeRelated', act: 'WITHDRAWN', data: { was: { relation: 'CONFLICTS' } } });
  });
});

describe('reviews', () => {
  const restsOn = [{ what: 'walkthroughs of spring', seenOn: '2025-05-20' }];

  it('R-35 say why; a de-selection names what it rests on', () => {
    given(decider, ...two)
      .when(review('Check-in', { explanation: ' ' }))
      .thenRejected('REASON_MISSING', 'R-35');
    given(decider, ...two)
      .when(review('Check-in', { decision: 'DESELECT' }))
      .thenRejected('SOURCE_MISSING', 'R-35');
    given(decider, ...two)
      .when(review('Check-in', { decision: 'DESELECT', restsOn: [{ what: 'x', seenOn: '2025-12-01' }] }))
      .thenRejected('EFFECTIVE_IN_FUTURE', 'R-90');
    given(decider, ...two)
      .when(review('Check-in', { decision: 'DESELECT', restsOn }))
      .then({ type: 'InitiativeReviewed', data: { review: { decision: 'DESELECT', status: 'DESELECTED' } } });
  });

  it.each([
    ['KEEP', 'PAUSED', 'ACTIVE'],
    ['STRENGTHEN', 'PLANNED', undefined],
    ['KEEP', 'DESELECTED', 'ACTIVE'],
    ['PAUSE', 'ACTIVE', 'PAUSED'],
    ['UNDECIDED', 'ACTIVE', undefined],
  ] as const)('R-37 %s of what is %s leads to the status %s', (decision, before, status) => {
    const [event] = given(decider, ...entered('Check-in', before))
      .when(review('Check-in', { decision }))
      .decided();
    expect((event!.data as { review: c.Review }).review.status).toBe(status);
  });

  it('R-33 what is taken up again has its name still to itself', () => {
    const over = [...entered('Check-in', 'ENDED')];
    const reused = [
      ...over,
      ...given(decider, ...over)
        .when(register('check-in'))
        .decided(),
    ];
    given(decider, ...reused)
      .when(review('Check-in'))
      .thenRejected('INITIATIVE_NAME_TAKEN', 'R-33');
  });

  it('R-34 a merger names another initiative of the inventory that runs', () => {
    const merge = (mergedInto?: string) => review('Check-in', { decision: 'MERGE', ...(mergedInto && { mergedInto }) });
    given(decider, ...two)
      .when(merge())
      .thenRejected('MERGE_MISFIT');
    given(decider, ...two)
      .when(merge(initiative('Check-in')))
      .thenRejected('MERGE_MISFIT', 'R-34');
    given(decider, ...two)
      .when(merge(initiative('nobody’s')))
      .thenRejected('INITIATIVE_NOT_FOUND');
    given(decider, ...two)
      .when(merge(initiative('Mentors')))
      .then({ type: 'InitiativeReviewed', data: { review: { status: 'MERGED', mergedInto: initiative('Mentors') } } });
    const merged = given(decider, ...two)
      .when(merge(initiative('Mentors')))
      .decided();
    const takeBack = { initiativeId: initiative('Mentors'), reason: 'entered twice' };
    given(decider, ...two, ...merged)
      .when(new c.WithdrawInitiative(ownerId, takeBack, about, someMeta()))
      .thenRejected('INITIATIVE_IN_USE', 'R-88');
  });

  it('R-88 a review that never was gives back the status of before', () => {
    const pause = review('Check-in', { decision: 'PAUSE' });
    const paused = after(two, pause, 'paused');
    const { reviewId } = paused.at(-1)!.data as { reviewId: string };
    const data = { initiativeId: initiative('Check-in'), reviewId, corrects: id('paused'), reason: 'there was none' };
    const withdrawn = after(paused, new c.WithdrawReview(ownerId, data, about, someMeta()));
    given(decider, ...withdrawn)
      .when(review('Check-in', {}, { basedOn: id('registered Check-in') }))
      .decided();
  });

  it('a rating has six indicators from 1 to 5 and no sum', () => {
    const rating = { evidence: 4, usability: 3, supports: 2, need: 5, fit: 4, capacity: 6, roles: [] };
    const rate = (over: Partial<c.Rating>) =>
      new c.RateInitiative(
        ownerId,
        { initiativeId: initiative('Check-in'), rating: { ...rating, ...over } },
        about,
        someMeta(),
      );
    given(decider, ...two)
      .when(rate({}))
      .thenRejected('STRENGTH_OUT_OF_RANGE');
    given(decider, ...two)
      .when(rate({ capacity: 1 }))
      .then({ type: 'InitiativeRated', data: { rating: { capacity: 1 } } });
  });
});

describe('staff', () => {
  const promise = (cells: c.StaffCell[], schoolYear = '2025-26') => {
    const data = { initiativeId: initiative('Check-in'), schoolYear, cells, basis };
    return new c.PromiseStaff(ownerId, data, about, someMeta());
  };

  it.each([
    ['CELLS_MISSING', []],
    ['DUPLICATE_CELL', [{ staffGroup: 'Coaches' }, { staffGroup: ' coaches' }]],
    ['QUANTITY_BELOW_ZERO', [{ staffGroup: 'Coaches', fte: -1 }]],
    ['TITLE_MISSING', [{ staffGroup: ' ' }]],
  ])('is refused with %s for lines that cannot be right', (code, cells) => {
    given(decider, ...two)
      .when(promise(cells))
      .thenRejected(code);
  });

  it('is promised to what runs, a school year ahead at most; a group is the same whatever its case', () => {
    given(decider, ...two)
      .when(promise([{ staffGroup: 'Coaches' }], '2027-28'))
      .thenRejected('SCHOOL_YEAR_TOO_FAR');
    given(decider, ...entered('Check-in', 'MERGED'))
      .when(promise([{ staffGroup: 'Coaches' }]))
      .thenRejected('INITIATIVE_OVER', 'R-37');
    const promised = after(two, promise([{ staffGroup: ' Coaches ', fte: 0.5 }]), 'promised');
    given(decider, ...promised)
      .when(promise([{ staffGroup: 'coaches', fte: 1 }]))
      .thenRejected('CONFLICT');
  });
});
