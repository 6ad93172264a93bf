import { given } from '@waymark/kernel/testing';
import { someMeta } from '@waymark/kernel/testing';
import * as c from './initiative-commands.js';
import { initiativeDecider as decider } from './initiative.decider.js';
import {
  about,
  description,
  describeAnew,
  entered,
  id,
  initiative,
  ownerId,
  register,
  review,
  state,
} from './testing/lakeside.js';

describe('an initiative in an inventory', () => {
  it('R-32 has an owner, a name and a status from the first day', () => {
    given(decider)
      .when(register('Check-in'))
      .then(
        { type: 'InitiativeRegistered', data: { ownerId, ownerLevel: 'AGENCY', status: 'ACTIVE' } },
        { type: 'InitiativeDescribed', data: { ownerId, description: { name: 'Check-in' } } },
      );
    given(decider).when(register(' ')).thenRejected('TITLE_MISSING', 'R-32');
    given(decider).when(describeAnew('never entered')).thenRejected('INITIATIVE_NOT_FOUND', 'R-32');
  });

  it('R-33 stands once by its name while it runs, whatever case and blanks; what is over gives its name free', () => {
    const there = entered('Check-in');
    given(decider, ...there)
      .when(register('  check-IN '))
      .thenRejected('INITIATIVE_NAME_TAKEN', 'R-33');
    given(decider, ...entered('Check-in', 'ENDED'))
      .when(register('Check-in'))
      .decided();
    const renamed = { description: description('check-in'), basedOn: id('described Mentors') };
    given(decider, ...there, ...entered('Mentors'))
      .when(describeAnew('Mentors', renamed))
      .thenRejected('INITIATIVE_NAME_TAKEN', 'R-33');
    given(decider, ...there)
      .when(describeAnew('Check-in', { basedOn: id('described Check-in'), description: description('CHECK-IN') }))
      .then({ type: 'InitiativeDescribed', data: { description: { name: 'CHECK-IN' } } });
  });

  it('R-37 does not end before it starts', () => {
    const backwards = { startsOn: '2025-09-01', plannedEndOn: '2025-08-31' };
    given(decider)
      .when(register('Check-in', {}, backwards))
      .thenRejected('END_BEFORE_START', 'R-37');
    given(decider, ...entered('Check-in', 'ACTIVE', { startsOn: '2025-10-01' }))
      .when(state('Check-in', { reason: 'over', effectiveOn: '2025-09-30' }))
      .thenRejected('END_BEFORE_START', 'R-37');
  });

  it('R-37 takes nothing new once it is over', () => {
    const over = entered('Check-in', 'DESELECTED');
    given(decider, ...over)
      .when(describeAnew('Check-in', { basedOn: id('described Check-in') }))
      .thenRejected('INITIATIVE_OVER', 'R-37');
    given(decider, ...over)
      .when(state('Check-in', { status: 'ACTIVE' }))
      .thenRejected('INITIATIVE_OVER', 'R-37');
  });

  it('R-06 is not entered after the last day of its owner', () => {
    const basis = { level: 'SCHOOL', closedOn: '2025-06-30' } as const;
    given(decider).when(register('Check-in', { basis })).thenRejected('ORGANISATION_CLOSED', 'R-06');
    given(decider)
      .when(register('Check-in', { basis, effectiveOn: '2025-06-30' }))
      .decided();
  });

  it('R-90 holds from today at the latest, while its planned days may lie ahead', () => {
    given(decider)
      .when(register('Check-in', { effectiveOn: '2025-10-16' }))
      .thenRejected('EFFECTIVE_IN_FUTURE', 'R-90');
    given(decider)
      .when(register('Check-in', { status: 'PLANNED' }, { startsOn: '2026-08-01', plannedEndOn: '2029-06-30' }))
      .decided();
  });

  it.each([
    ['END_BEFORE_START', { startsOn: '2025-02-01', plannedEndOn: '2025-01-01' }],
    ['EFFECTIVE_IN_FUTURE', { fidelityLatest: { finding: 'good', seenOn: '2025-12-01' } }],
    ['QUANTITY_BELOW_ZERO', { annualCost: -1 }],
    ['QUANTITY_BELOW_ZERO', { scale: [{ unit: 'SCHOOLS' as const, actual: -2 }] }],
    ['DUPLICATE_CELL', { focusAreas: ['SEBH' as const, 'SEBH' as const] }],
    ['DUPLICATE_CELL', { scale: [{ unit: 'SCHOOLS' as const }, { unit: 'SCHOOLS' as const }] }],
    ['MANDATE_MISFIT', { mandate: 'NONE' as const, mandateCitation: 'PA 146' }],
    ['MEASURE_MISFIT', { fidelityMeasure: { state: 'UNKNOWN' as const, name: 'walkthrough' } }],
  ])('is refused with %s for what contradicts itself', (code, more) => {
    given(decider)
      .when(register('Check-in', {}, more))
      .thenRejected(code);
  });

  it('nobody describes it over an entry that he has not seen', () => {
    given(decider, ...entered('Check-in'))
      .when(describeAnew('Check-in'))
      .thenRejected('CONFLICT');
  });

  it('R-88 is corrected with a reason, and what was said stays in the event', () => {
    const correct = (reason: string) => {
      const said = { initiativeId: initiative('Check-in'), description: description('Check-out') };
      const data = { ...said, corrects: id('described Check-in'), reason };
      return new c.CorrectInitiative(ownerId, data, about, someMeta());
    };
    given(decider, ...entered('Check-in'))
      .when(correct(' '))
      .thenRejected('REASON_MISSING', 'R-88');
    given(decider, ...entered('Check-in'))
      .when(correct('a slip of the pen'))
      .then({
        type: 'InitiativeDescribed',
        act: 'CORRECTED',
        statement: id('described Check-in'),
        effectiveOn: '2025-09-01',
        data: { was: { name: 'Check-in', effectiveOn: '2025-09-01' }, description: { name: 'Check-out' } },
      });
  });

  it('R-88 is taken back whole while nothing rests on it, and its name is free again', () => {
    const withdraw = new c.WithdrawInitiative(
      ownerId,
      { initiativeId: initiative('Check-in'), reason: 'entered twice' },
      about,
      someMeta(),
    );
    const there = entered('Check-in');
    given(decider, ...there)
      .when(withdraw)
      .then(
        { type: 'InitiativeRegistered', act: 'WITHDRAWN', data: { was: { status: 'ACTIVE' } } },
        { type: 'InitiativeDescribed', act: 'WITHDRAWN', data: { was: { name: 'Check-in' } } },
      );
    const { decided } = given(decider, ...there).when(withdraw);
    const gone = [...there, ...decided()];
    given(decider, ...gone)
      .when(register('Check-in'))
      .decided();
    given(decider, ...gone)
      .when(withdraw)
      .thenRejected('INITIATIVE_NOT_FOUND');
    const reviewed = given(decider, ...there)
      .when(review('Check-in'))
      .decided();
    given(decider, ...there, ...reviewed)
      .when(withdraw)
      .thenRejected('INITIATIVE_IN_USE', 'R-88');
  });

  it('begins and ends by what is said; an end says why, and may be taken back', () => {
    const planned = entered('Check-in', 'PLANNED');
    given(decider, ...planned)
      .when(state('Check-in', { status: 'ACTIVE' }))
      .then({ type: 'InitiativeStatusStated', data: { status: 'ACTIVE' } });
    given(decider, ...planned)
      .when(state('Check-in'))
      .thenRejected('REASON_MISSING', 'R-37');
    const [ended] = given(decider, ...planned)
      .when(state('Check-in', { reason: 'the grant ended' }))
      .decided();
    const withdraw = (corrects: string) => {
      const data = { initiativeId: initiative('Check-in'), corrects: id(corrects), reason: 'it goes on' };
      return new c.WithdrawInitiativeStatus(ownerId, data, about, someMeta());
    };
    const after = [...planned, { ...ended!, eventId: id('ended') }];
    given(decider, ...after)
      .when(withdraw('ended'))
      .then({ type: 'InitiativeStatusStated', act: 'WITHDRAWN', data: { was: { status: 'ENDED' } } });
    given(decider, ...after)
      .when(withdraw('registered Check-in'))
      .thenRejected('STATUS_OF_OTHER_ENTRY');
  });
});
