import { given, idOf, recorded, someMeta } from '@waymark/kernel/testing';
import * as c from './exploration-cycle-commands.js';
import { explorationCycleDecider as decider } from './exploration-cycle.decider.js';
import type { ExplorationCycleEvent } from './exploration-cycle.events.js';
import { questionSet } from './question-sets.js';
import {
  key,
  place,
  about,
  open,
  type Event,
  opened,
  understanding,
  unknown,
  answered,
  allAnswered,
  submitted,
  accepted,
  answerItem,
  openCycle,
  need,
  commitment,
} from './testing/lakeshore.js';

describe('an exploration cycle', () => {
  it('opens as the first of its year, with the set of questions', () => {
    given(decider)
      .when(openCycle())
      .then({ type: 'ExplorationCycleOpened', data: opened.data, effectiveOn: '2025-10-15' });
  });
  it('R-06 a closed agency takes no new cycle after its last day', () => {
    const basis = { ...open, closedOn: '2025-06-30' };
    given(decider).when(openCycle({ basis })).thenRejected('ORGANISATION_CLOSED', 'R-06');
    given(decider)
      .when(openCycle({ basis, effectiveOn: '2025-06-30' }))
      .then({ type: 'ExplorationCycleOpened', data: {} });
  });
  it('R-09 takes no second cycle while one is open, and numbers the next', () => {
    given(decider, opened).when(openCycle()).thenRejected('CYCLE_ALREADY_OPEN', 'R-09');
    const abandoned: Event = { type: 'ExplorationCycleAbandoned', data: { ...place, reason: 'wrong year' } };
    given(decider, opened, abandoned)
      .when(openCycle())
      .then({ type: 'ExplorationCycleOpened', data: { cycle: 2 } });
  });
  it('R-09 keeps a record per question-set lineage', () => {
    const district = openCycle({ questionSet: 'mimtss-district' }, { lineage: 'mimtss-district' });
    expect(decider.stream(district)).not.toBe(decider.stream(openCycle()));
    given(decider).when(district).thenRejected('WRONG_SUBJECT', 'R-09');
    given(decider)
      .when(openCycle({ questionSet: 'mimtss-district' }))
      .thenRejected('WRONG_LINEAGE', 'R-10');
  });
  it('lies one school year ahead at most', () => {
    given(decider)
      .when(openCycle({}, { schoolYear: '2026-27' }))
      .then({ type: 'ExplorationCycleOpened', data: {} });
    given(decider)
      .when(openCycle({}, { schoolYear: '2027-28' }))
      .thenRejected('SCHOOL_YEAR_TOO_FAR');
  });
  it('R-10 takes another question set before the first answer only', () => {
    const replace = new c.ReplaceQuestionSet(
      key,
      { questionSet: 'mimtss-isd-2025', reason: 'newer' },
      about,
      someMeta(),
    );
    given(decider, opened)
      .when(replace)
      .then({ type: 'QuestionSetReplaced', data: { questionSet: 'mimtss-isd-2025' } });
    given(decider, opened, answered('F1')).when(replace).thenRejected('QUESTION_SET_FIXED', 'R-10');
  });
  it('R-90 is not opened, answered or evidenced on a day to come', () => {
    given(decider)
      .when(openCycle({ effectiveOn: '2025-10-16' }))
      .thenRejected('EFFECTIVE_IN_FUTURE', 'R-90');
    given(decider, opened)
      .when(answerItem('F1', unknown, { effectiveOn: '2025-10-16' }))
      .thenRejected('EFFECTIVE_IN_FUTURE', 'R-90');
    const evidence = [{ kind: 'MEETING' as const, seenOn: '2025-11-01' }];
    given(decider, opened)
      .when(new c.AnswerItem(key, { item: 'F1', answer: understanding, evidence }, about, someMeta()))
      .thenRejected('EFFECTIVE_IN_FUTURE', 'R-90');
  });
  it('R-18 is abandoned with a reason, and takes nothing afterwards', () => {
    const abandon = (reason: string) => new c.AbandonExplorationCycle(key, { reason }, about, someMeta());
    given(decider, opened).when(abandon(' ')).thenRejected('REASON_MISSING', 'R-18');
    given(decider, opened)
      .when(abandon('merged'))
      .then({ type: 'ExplorationCycleAbandoned', data: { reason: 'merged' } });
    given(decider, opened, { type: 'ExplorationCycleAbandoned', data: { ...place, reason: 'merged' } })
      .when(answerItem('F1', unknown))
      .thenRejected('CYCLE_ENDED', 'R-18');
    given(decider).when(answerItem('F1', unknown)).thenRejected('CYCLE_NOT_FOUND');
  });
});

describe('review', () => {
  const submit = (assessment: 'NEEDS' | 'FIT' | 'CAPACITY') =>
    new c.SubmitAssessment(key, { assessment }, about, someMeta());
  const accept = (assessment: 'NEEDS' | 'FIT' | 'CAPACITY', submission = 1) =>
    new c.AcceptAssessment(key, { assessment, submission }, about, someMeta());
  const hand = (reasons: { item?: string; reason: string }[], submission = 1) =>
    new c.ReturnAssessment(key, { assessment: 'FIT', submission, reasons }, about, someMeta());
  const revise = (reason = 'new data') => new c.ReviseAssessment(key, { assessment: 'FIT', reason }, about, someMeta());

  it('R-11 an assessment with a gap is not submitted, and the message names the gap', () => {
    const most = allAnswered('FIT').slice(1);
    expect(() =>
      given(decider, opened, ...most)
        .when(submit('FIT'))
        .decided(),
    ).toThrow(/Still open in FIT: F1\./);
    given(decider, opened, ...most)
      .when(submit('FIT'))
      .thenRejected('ASSESSMENT_INCOMPLETE', 'R-11');
    const partly = answered('F1', {
      kind: 'ANSWERED',
      parts: [{ part: 'shared', value: { kind: 'THREE_WAY', choice: 'PARTLY' } }],
    });
    given(decider, opened, ...most, partly)
      .when(submit('FIT'))
      .thenRejected('ASSESSMENT_INCOMPLETE', 'R-11');
    given(decider, opened, ...allAnswered('FIT'))
      .when(submit('FIT'))
      .then({ type: 'AssessmentSubmitted', data: { assessment: 'FIT', submission: 1 } });
  });
  it('R-11 county needs and the commitment answer their items', () => {
    const needs = allAnswered('NEEDS').filter((event) => event.type !== 'ItemAnswered' || event.data.item !== 'N1');
    given(decider, opened, ...needs)
      .when(submit('NEEDS'))
      .thenRejected('ASSESSMENT_INCOMPLETE', 'R-11');
    given(decider, opened, ...needs, {
      type: 'CountyNeedStated',
      data: { ...place, need: { needId: idOf('n'), ...need } },
    })
      .when(submit('NEEDS'))
      .then({ type: 'AssessmentSubmitted', data: {} });
    const capacity = allAnswered('CAPACITY').filter(
      (event) => event.type !== 'ItemAnswered' || !event.data.item.startsWith('C5'),
    );
    given(decider, opened, ...capacity, { type: 'LeadershipCommitmentStated', data: { ...place, commitment } })
      .when(submit('CAPACITY'))
      .then({ type: 'AssessmentSubmitted', data: {} });
  });
  it('R-16 what is submitted changes by a revision with a reason only', () => {
    const events = [opened, ...allAnswered('FIT'), submitted('FIT')];
    given(decider, ...events)
      .when(answerItem('F1', understanding))
      .thenRejected('ASSESSMENT_HANDED_IN', 'R-16');
    given(decider, ...events)
      .when(submit('FIT'))
      .thenRejected('ASSESSMENT_HANDED_IN', 'R-16');
    given(decider, ...events)
      .when(revise(' '))
      .thenRejected('REASON_MISSING', 'R-16');
    given(decider, ...events)
      .when(revise())
      .then({ type: 'AssessmentRevised', data: { submission: 1, reason: 'new data' } });
    given(decider, opened).when(revise()).thenRejected('WRONG_STATE', 'R-16');
    const revised: Event = {
      type: 'AssessmentRevised',
      data: { ...place, assessment: 'FIT', submission: 1, reason: 'x' },
    };
    given(decider, ...events, revised)
      .when(submit('FIT'))
      .then({ type: 'AssessmentSubmitted', data: { submission: 2 } });
  });
  it('a reviewer hands back with reasons, and the next submission counts on', () => {
    const events = [opened, ...allAnswered('FIT'), submitted('FIT')];
    given(decider, ...events)
      .when(hand([]))
      .thenRejected('REASON_MISSING');
    given(decider, ...events)
      .when(hand([{ item: 'N1', reason: 'thin' }]))
      .thenRejected('UNKNOWN_ITEM');
    given(decider, opened)
      .when(hand([{ reason: 'thin' }]))
      .thenRejected('WRONG_STATE');
    given(decider, ...events)
      .when(hand([{ item: 'F2', reason: 'which plan?' }]))
      .then({ type: 'AssessmentReturned', data: { reasons: [{ item: 'F2', reason: 'which plan?' }] } });
    const returned: Event = {
      type: 'AssessmentReturned',
      data: { ...place, assessment: 'FIT', submission: 1, reasons: [] },
    };
    given(decider, ...events, returned)
      .when(accept('FIT'))
      .thenRejected('WRONG_STATE');
    given(decider, ...events, returned)
      .when(submit('FIT'))
      .then({ type: 'AssessmentSubmitted', data: { submission: 2 } });
  });
  it('R-18 the cycle is complete with the last acceptance, and a revision opens it again', () => {
    const two = [submitted('NEEDS'), accepted('NEEDS'), submitted('CAPACITY'), accepted('CAPACITY')];
    given(decider, opened, ...two.slice(0, 2), submitted('FIT'))
      .when(accept('FIT'))
      .then({ type: 'AssessmentAccepted', data: {} });
    given(decider, opened, ...two, submitted('FIT'))
      .when(accept('FIT'))
      .then({ type: 'AssessmentAccepted', data: {} }, { type: 'ExplorationCycleClosed', data: place });
    const closed: Event[] = [
      opened,
      ...two,
      ...allAnswered('FIT'),
      submitted('FIT'),
      accepted('FIT'),
      { type: 'ExplorationCycleClosed', data: place },
    ];
    given(decider, ...closed)
      .when(answerItem('F1', understanding))
      .thenRejected('CYCLE_ENDED', 'R-18');
    given(decider, ...closed)
      .when(revise())
      .then(
        { type: 'AssessmentRevised', data: { assessment: 'FIT' } },
        { type: 'ExplorationCycleReopened', data: { ...place, reason: 'new data' } },
      );
    const reopened: Event[] = [
      { type: 'AssessmentRevised', data: { ...place, assessment: 'FIT', submission: 1, reason: 'x' } },
      { type: 'ExplorationCycleReopened', data: { ...place, reason: 'x' } },
    ];
    given(decider, ...closed, ...reopened)
      .when(new c.ReviseAssessment(key, { assessment: 'NEEDS', reason: 'too' }, about, someMeta()))
      .then({ type: 'AssessmentRevised', data: { assessment: 'NEEDS' } });
    given(decider, ...closed, ...reopened, submitted('FIT', 2))
      .when(accept('FIT', 2))
      .then({ type: 'AssessmentAccepted', data: {} }, { type: 'ExplorationCycleClosed', data: {} });
  });
  it('a reviewer accepts and hands back only the submission that was read', () => {
    const resubmitted = [opened, submitted('FIT'), submitted('FIT', 2)];
    expect(() =>
      given(decider, ...resubmitted)
        .when(accept('FIT', 1))
        .decided(),
    ).toThrow(/submission 2/);
    given(decider, ...resubmitted)
      .when(accept('FIT', 1))
      .thenRejected('CONFLICT', 'R-16');
    given(decider, ...resubmitted)
      .when(hand([{ reason: 'thin' }], 1))
      .thenRejected('CONFLICT', 'R-16');
    given(decider, ...resubmitted)
      .when(accept('FIT', 2))
      .then({ type: 'AssessmentAccepted', data: { submission: 2 } });
  });
  it('an assessment is handed in on the day it is handed in, like every step of its review', () => {
    const [event] = given(decider, opened, ...allAnswered('FIT'))
      .when(new c.SubmitAssessment(key, { assessment: 'FIT', effectiveOn: '2025-09-01' } as never, about, someMeta()))
      .decided();
    expect(event!.effectiveOn).toBeUndefined();
  });
  it('an owner is named for an item, answered or not', () => {
    const assign = new c.AssignItemOwner(
      key,
      { item: 'N3', ownerRole: 'data coordinator', dueOn: '2026-02-01' },
      about,
      someMeta(),
    );
    given(decider, opened)
      .when(assign)
      .then({ type: 'ItemOwnerAssigned', data: { item: 'N3', dueOn: '2026-02-01' } });
  });
});

describe('the question sets', () => {
  it('hold the 24 items of the first agency set, each with its own key', () => {
    const items = questionSet('mimtss-isd-2022').items.map((item) => item.item);
    expect(items).toEqual(
      'N0 N1 N2 N3 N4 N5 N6 N7 F1 F2 F3a F3b F3c F3d F4a F4b F4c F4d C1 C2 C3 C4 C5a C5b'.split(' '),
    );
  });
});

it('every command of the list is handled, and folding never throws', () => {
  const commands = c.explorationCycleCommands.map((Class) => Class.name);
  expect(new Set(commands).size).toBe(16);
  const odd = recorded<ExplorationCycleEvent>([submitted('FIT'), answered('F1'), opened, opened]);
  expect(() => odd.reduce((state, event) => decider.evolve(state, event), decider.initial)).not.toThrow();
});
