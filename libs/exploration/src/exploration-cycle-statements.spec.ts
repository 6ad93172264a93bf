import { ConflictError, type EventId } from '@waymark/kernel';
import { given, idOf, someMeta } from '@waymark/kernel/testing';
import { commitmentWarning } from './exploration-cycle-answers.js';
import * as c from './exploration-cycle-commands.js';
import { explorationCycleDecider as decider } from './exploration-cycle.decider.js';
import {
  key,
  place,
  about,
  type Event,
  opened,
  text,
  understanding,
  unknown,
  answered,
  answerItem,
  need,
  stateNeed,
  commitment,
  stateCommitment,
  id,
} from './testing/lakeshore.js';

describe('answers', () => {
  const answer = (...parts: { part: string; value: unknown }[]) => ({ kind: 'ANSWERED', parts }) as c.ItemAnswer;
  it('R-12 have declared parts of the declared kind, within their codes', () => {
    const rejected: [string, c.ItemAnswer][] = [
      ['F1', answer({ part: 'shared', value: text('yes') })],
      ['F1', answer({ part: 'mood', value: text('good') })],
      ['F1', answer()],
      ['F1', answer({ part: 'clarity', value: { kind: 'SCALE5', level: 6 } })],
      [
        'F1',
        answer(
          { part: 'clarity', value: { kind: 'SCALE5', level: 1 } },
          { part: 'clarity', value: { kind: 'SCALE5', level: 2 } },
        ),
      ],
      ['N6', answer({ part: 'amount', value: { kind: 'CHOICE', choice: 'HEAPS' } })],
      ['N7', answer({ part: 'types', value: { kind: 'CHOICES', choices: ['PLANNING'] } })],
      ['N7', answer({ part: 'types', value: { kind: 'CHOICES', choices: [] } })],
      [
        'F3d',
        answer({
          part: 'relations',
          value: { kind: 'RELATION', initiative: 'PBIS', focusArea: 'SEBH', relation: 'OVER_EXTENDS_STAFF' },
        }),
      ],
      [
        'F3b',
        answer({
          part: 'relations',
          value: { kind: 'RELATION', initiative: 'PBIS', focusArea: 'SEBH', relation: 'CONFLICTS' },
        }),
      ],
      [
        'C2',
        answer({ part: 'resources', value: { kind: 'RESOURCE', resource: 'MONEY', amount: '10.5', unit: 'USD' } }),
      ],
      ['C2', answer({ part: 'resources', value: { kind: 'RESOURCE', resource: 'FTE', amount: 'half', unit: 'FTE' } })],
      ['N1', answer({ part: 'summary', value: text('needs') })],
      ['C5a', answer({ part: 'summary', value: text('yes') })],
    ];
    for (const [item, given_] of rejected) {
      given(decider, opened).when(answerItem(item, given_)).thenRejected('ANSWER_DOES_NOT_FIT', 'R-12');
    }
    given(decider, opened)
      .when(answerItem('F1', understanding))
      .then({ type: 'ItemAnswered', data: { assessment: 'FIT', item: 'F1', answer: understanding } });
  });
  it('R-11 "unknown" and "not applicable" are answers with a reason', () => {
    given(decider, opened)
      .when(answerItem('N1', { kind: 'UNKNOWN', reason: ' ' }))
      .thenRejected('REASON_MISSING', 'R-11');
    given(decider, opened)
      .when(answerItem('N1', { kind: 'NOT_APPLICABLE', reason: 'no such thing' }))
      .then({ type: 'ItemAnswered', data: { item: 'N1' } });
  });
  it('an item that the set does not have is refused', () => {
    given(decider, opened).when(answerItem('Z9', unknown)).thenRejected('UNKNOWN_ITEM');
  });
  it('two persons on one item at once: the second sees a conflict that names nobody', () => {
    const events = [opened, answered('F1', understanding, { eventId: id('seen') })];
    let thrown: unknown;
    try {
      given(decider, ...events)
        .when(answerItem('F1', unknown))
        .decided();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConflictError);
    expect((thrown as Error).message).toContain('2025-10-15T14:00:00.000Z in the role COORDINATOR');
    expect((thrown as Error).message).not.toContain(someMeta().actor.personId);
    given(decider, ...events)
      .when(answerItem('F1', unknown, { basedOn: id('seen') }))
      .then({ type: 'ItemAnswered', data: { basedOn: id('seen') } });
    given(decider, ...events)
      .when(answerItem('F1', unknown, { basedOn: id('other') }))
      .thenRejected('CONFLICT');
    given(decider, opened)
      .when(answerItem('F1', unknown, { basedOn: id('seen') }))
      .thenRejected('CONFLICT');
  });
  it('two persons on different items never meet', () => {
    given(decider, opened, answered('F1')).when(answerItem('F2', unknown)).then({ type: 'ItemAnswered', data: {} });
  });
  it('a late answer is kept and does not become the current one', () => {
    const now = answered('F1', understanding, { eventId: id('current'), effectiveOn: '2025-10-01' });
    const late = answered('F1', unknown, { eventId: id('late'), effectiveOn: '2025-09-01' });
    given(decider, opened, now, late)
      .when(answerItem('F1', unknown, { basedOn: id('current') }))
      .then({ type: 'ItemAnswered', data: {} });
  });
});

describe('R-88 corrections', () => {
  const seen = answered('F1', understanding, { eventId: id('a'), effectiveOn: '2025-10-01' });
  const correct = (corrects: EventId, answer?: c.ItemAnswer) =>
    new c.CorrectItemAnswer(key, { item: 'F1', corrects, answer, reason: 'misread the notes' }, about, someMeta());
  const withdraw = (corrects: EventId) =>
    new c.WithdrawItemAnswer(key, { item: 'F1', corrects, reason: 'wrong agency' }, about, someMeta());

  it('repeat the answer as it stood and keep its day', () => {
    given(decider, opened, seen)
      .when(correct(id('a'), unknown))
      .then({
        type: 'ItemAnswered',
        act: 'CORRECTED',
        statement: id('a'),
        corrects: id('a'),
        effectiveOn: '2025-10-01',
        data: {
          answer: unknown,
          reason: 'misread the notes',
          was: { answer: understanding, effectiveOn: '2025-10-01' },
        },
      });
  });
  it('of a correction stay one statement', () => {
    const again = answered('F1', unknown, {
      eventId: id('b'),
      act: 'CORRECTED',
      statement: id('a'),
      corrects: id('a'),
    });
    given(decider, opened, seen, again)
      .when(correct(id('b'), understanding))
      .then({ type: 'ItemAnswered', data: {}, statement: id('a'), corrects: id('b') });
    given(decider, opened, seen, again)
      .when(correct(id('a'), understanding))
      .thenRejected('CONFLICT');
  });
  it('end with a withdrawal, which is final', () => {
    given(decider, opened, seen)
      .when(withdraw(id('a')))
      .then({ type: 'ItemAnswered', act: 'WITHDRAWN', data: { was: { answer: understanding } } });
    const gone: Event = {
      type: 'ItemAnswered',
      data: { ...place, assessment: 'FIT', item: 'F1', evidence: [], reason: 'wrong' },
      ...{ eventId: id('b'), act: 'WITHDRAWN', statement: id('a'), corrects: id('a') },
    };
    given(decider, opened, seen, gone)
      .when(correct(id('b')))
      .thenRejected('STATEMENT_WITHDRAWN', 'R-88');
    given(decider, opened, seen, gone)
      .when(correct(id('a')))
      .thenRejected('STATEMENT_WITHDRAWN', 'R-88');
    given(decider, opened, seen)
      .when(correct(id('x')))
      .thenRejected('STATEMENT_NOT_FOUND');
    given(decider, opened, seen, gone).when(answerItem('F1', unknown)).then({ type: 'ItemAnswered', data: {} });
  });
});

describe('county needs', () => {
  it('R-13 carry a focus area, words and at least one source with a date', () => {
    given(decider, opened).when(stateNeed()).then({ type: 'CountyNeedStated', data: { need } });
    given(decider, opened)
      .when(stateNeed({ need: { ...need, sources: [] } }))
      .thenRejected('SOURCE_MISSING', 'R-13');
    given(decider, opened)
      .when(stateNeed({ need: { ...need, statement: ' ' } }))
      .thenRejected('NEED_INCOMPLETE', 'R-13');
    given(decider, opened)
      .when(stateNeed({ need: { ...need, strength: 0 } }))
      .thenRejected('NEED_INCOMPLETE', 'R-13');
    given(decider, opened)
      .when(stateNeed({ need: { ...need, sources: [{ kind: 'SURVEY', seenOn: '2026-01-01' }] } }))
      .thenRejected('EFFECTIVE_IN_FUTURE', 'R-90');
  });
  it('keep their id when stated again, corrected or withdrawn', () => {
    const needId = idOf('need');
    const stated: Event = { type: 'CountyNeedStated', data: { ...place, need: { needId, ...need } }, eventId: id('n') };
    given(decider, opened).when(stateNeed({ needId })).thenRejected('NEED_NOT_FOUND');
    given(decider, opened, stated)
      .when(stateNeed({ needId, basedOn: id('n') }))
      .then({ type: 'CountyNeedStated', data: { need: { needId } } });
    given(decider, opened, stated).when(stateNeed({ needId })).thenRejected('CONFLICT');
    given(decider, opened, stated, { ...stated, eventId: id('m') })
      .when(stateNeed({ needId, basedOn: id('n') }))
      .thenRejected('CONFLICT');
    const withdraw = new c.WithdrawCountyNeed(key, { needId, corrects: id('n'), reason: 'double' }, about, someMeta());
    given(decider, opened, stated)
      .when(withdraw)
      .then({ type: 'CountyNeedStated', act: 'WITHDRAWN', data: { was: { needId, focusArea: 'SEBH' } } });
    const literacy = { ...need, focusArea: 'LITERACY' as const };
    given(decider, opened, stated)
      .when(
        new c.CorrectCountyNeed(key, { needId, corrects: id('n'), need: literacy, reason: 'slip' }, about, someMeta()),
      )
      .then({ type: 'CountyNeedStated', act: 'CORRECTED', data: { need: literacy, was: { focusArea: 'SEBH' } } });
  });
});

describe('leadership commitment', () => {
  it('R-17 names the role and the date; missing knowledge of resources warns and refuses nothing', () => {
    given(decider, opened).when(stateCommitment()).then({ type: 'LeadershipCommitmentStated', data: { commitment } });
    expect(commitmentWarning(commitment)).toContain('not confirmed');
    expect(commitmentWarning({ ...commitment, understandsResources: 'YES' })).toBeUndefined();
    expect(commitmentWarning({ ...commitment, supports: 'NO' })).toBeUndefined();
    given(decider, opened)
      .when(stateCommitment({ leaderRole: ' ' }))
      .thenRejected('LEADER_ROLE_MISSING', 'R-17');
    given(decider, opened)
      .when(stateCommitment({ committedOn: '2025-12-01' }))
      .thenRejected('EFFECTIVE_IN_FUTURE', 'R-90');
  });
  it('R-11 unknown knowledge of resources says why', () => {
    given(decider, opened)
      .when(stateCommitment({ understandsResources: 'UNKNOWN' }))
      .thenRejected('REASON_MISSING', 'R-11');
    given(decider, opened)
      .when(stateCommitment({ understandsResources: 'UNKNOWN' }, 'the board meets in December'))
      .then({ type: 'LeadershipCommitmentStated', data: { reason: 'the board meets in December' } });
  });
});
