import type { Decided, EventId, OrganisationId } from '@waymark/kernel';
import { derivedUuid } from '@waymark/kernel';
import { given, idOf, someMeta } from '@waymark/kernel/testing';
import * as c from './district-request-commands.js';
import { DEFAULT_FOLLOW_UP_OWNER, districtRequestDecider as decider } from './district-request.decider.js';
import type { DistrictRequestEvent } from './district-request.events.js';

const district = idOf<OrganisationId>('dunes');
const key = { district, schoolYear: '2025-26' };
const about = { agency: idOf<OrganisationId>('lakeshore'), district };
const source = { kind: 'SURVEY' as const, on: '2025-09-20' };
const basis = {};
const id = (name: string) => idOf<EventId>(`event ${name}`);
type Event = Decided<DistrictRequestEvent> & { eventId?: EventId };

const need: c.NeedCell = { focusArea: 'SEBH', answer: 'NEED', strength: 4 };
const unknown: c.NeedCell = { focusArea: 'LITERACY', answer: 'UNKNOWN' };
const training: c.RequestCell = { focusArea: 'SEBH', supportType: 'TRAINING', amount: 'MODERATE' };

function said(cells: readonly c.NeedCell[], more: Partial<Event> = {}): Event {
  const data = { ...key, cells, source, statedBy: 'AGENCY' as const };
  return { type: 'DistrictNeedStated', data, effectiveOn: source.on, ...more } as Event;
}
function followUp(focusAreas: c.NeedCell['focusArea'][] = ['LITERACY']): Event {
  const data = { ...key, followUpId: idOf('follow-up'), kind: 'SURVEY' as const, focusAreas, ownerRole: 'coordinator' };
  return { type: 'FollowUpOpened', data };
}
function state(
  cells: c.StateDistrictNeed['data']['cells'],
  data: Partial<c.StateDistrictNeed['data']> = {},
  meta = someMeta(),
) {
  return new c.StateDistrictNeed(key, { cells, source, basis, ...data }, about, meta);
}
function request(cells: readonly c.RequestCell[], meta = someMeta()) {
  return new c.RequestSupport(key, { cells, source, basis }, about, meta);
}

describe('what a district needs', () => {
  it('is recorded as of the day it was said', () => {
    given(decider)
      .when(state([need]))
      .then({ type: 'DistrictNeedStated', effectiveOn: '2025-09-20', data: { cells: [need], statedBy: 'AGENCY' } });
  });
  it('is said by the district itself when its own member enters it', () => {
    const actor = { ...someMeta().actor, role: 'DISTRICT_MEMBER' };
    given(decider)
      .when(state([need], {}, someMeta({ actor })))
      .then({ type: 'DistrictNeedStated', data: { statedBy: 'DISTRICT' } });
  });
  it('R-14 unknown opens a follow-up in the same entry, owned by the coordinator unless named', () => {
    const meta = someMeta();
    given(decider)
      .when(state([need, unknown], {}, meta))
      .then(
        { type: 'DistrictNeedStated', data: {} },
        {
          type: 'FollowUpOpened',
          data: {
            followUpId: derivedUuid('followUp', meta.commandId),
            focusAreas: ['LITERACY'],
            ownerRole: DEFAULT_FOLLOW_UP_OWNER,
          },
        },
      );
    given(decider)
      .when(state([unknown], { followUp: { ownerRole: 'data coordinator', kind: 'FOCUS_GROUP', dueOn: '2025-12-01' } }))
      .then(
        { type: 'DistrictNeedStated', data: {} },
        { type: 'FollowUpOpened', data: { ownerRole: 'data coordinator', kind: 'FOCUS_GROUP', dueOn: '2025-12-01' } },
      );
  });
  it('R-14 unknown again opens no second follow-up for the same area', () => {
    given(decider, said([unknown], { eventId: id('u') }), followUp())
      .when(state([{ ...unknown, basedOn: id('u') }]))
      .then({ type: 'DistrictNeedStated', data: {} });
  });
  it('R-14 a known answer closes the follow-up', () => {
    given(decider, said([unknown], { eventId: id('u') }), followUp())
      .when(state([{ focusArea: 'LITERACY', answer: 'NO_NEED', basedOn: id('u') }]))
      .then(
        { type: 'DistrictNeedStated', data: {} },
        { type: 'FollowUpClosed', data: { followUpId: idOf('follow-up'), outcome: 'ANSWERED' } },
      );
  });
  it('R-14 a follow-up over two areas stays open until both are known', () => {
    const both: c.NeedCell[] = [unknown, { focusArea: 'SEBH', answer: 'UNKNOWN' }];
    const asked = followUp(['LITERACY', 'SEBH']);
    const first = said(both, { eventId: id('u') });
    given(decider, first, asked)
      .when(state([{ ...need, basedOn: id('u') }]))
      .then({ type: 'DistrictNeedStated', data: {} });
    given(decider, first, asked, said([need]))
      .when(state([{ focusArea: 'LITERACY', answer: 'NEED', basedOn: id('u') }]))
      .then({ type: 'DistrictNeedStated', data: {} }, { type: 'FollowUpClosed', data: {} });
  });
  it('R-14 a known answer of an earlier day does not end what is unknown since', () => {
    const late = { source: { ...source, on: '2025-09-01' } };
    given(decider, said([unknown], { effectiveOn: '2025-09-20', eventId: id('u') }), followUp())
      .when(state([{ focusArea: 'LITERACY', answer: 'NEED', basedOn: id('u') }], late))
      .then({ type: 'DistrictNeedStated', data: {}, effectiveOn: '2025-09-01' });
  });
  it('R-14 a withdrawal that leaves an area unknown asks again', () => {
    const known = said([{ focusArea: 'LITERACY', answer: 'NEED' }], {
      eventId: id('known'),
      effectiveOn: '2025-10-01',
    });
    const withdraw = new c.WithdrawDistrictNeed(
      key,
      { corrects: id('known'), reason: 'other district' },
      about,
      someMeta(),
    );
    given(decider, said([unknown], { effectiveOn: '2025-09-20' }), known)
      .when(withdraw)
      .then(
        {
          type: 'DistrictNeedStated',
          act: 'WITHDRAWN',
          statement: id('known'),
          data: { cells: [], was: { cells: [{ focusArea: 'LITERACY' }], effectiveOn: '2025-10-01' } },
        },
        { type: 'FollowUpOpened', data: { focusAreas: ['LITERACY'] } },
      );
  });
  it('R-88 a correction keeps statement and day, and may change the area', () => {
    const moved: c.NeedCell = { focusArea: 'PYRAMID_MODEL', answer: 'NEED' };
    const correct = (corrects: EventId) =>
      new c.CorrectDistrictNeed(key, { corrects, cells: [moved], reason: 'wrong row' }, about, someMeta());
    const first = said([need], { eventId: id('a'), effectiveOn: '2025-09-20' });
    given(decider, first)
      .when(correct(id('a')))
      .then({
        type: 'DistrictNeedStated',
        ...{ act: 'CORRECTED', statement: id('a'), corrects: id('a'), effectiveOn: '2025-09-20' },
        data: { cells: [moved], source, was: { cells: [need], effectiveOn: '2025-09-20' } },
      });
    const gone = said([], { eventId: id('b'), act: 'WITHDRAWN', statement: id('a'), corrects: id('a') });
    given(decider, first, gone)
      .when(correct(id('b')))
      .thenRejected('STATEMENT_WITHDRAWN', 'R-88');
  });
  it('speaks about each area once', () => {
    given(decider)
      .when(state([need, { ...need, answer: 'NO_NEED' }]))
      .thenRejected('DUPLICATE_CELL');
    given(decider).when(state([])).thenRejected('CELLS_MISSING');
    given(decider)
      .when(state([{ focusArea: 'OTHER', answer: 'NEED' }]))
      .thenRejected('NOTE_MISSING');
    given(decider)
      .when(state([{ ...need, strength: 9 }]))
      .thenRejected('STRENGTH_OUT_OF_RANGE');
    given(decider)
      .when(state([{ ...unknown, strength: 2 }]))
      .thenRejected('STRENGTH_WITHOUT_NEED');
  });
  it('R-90 was not said on a day to come, and R-06 not after the end of the district', () => {
    given(decider)
      .when(state([need], { source: { ...source, on: '2025-10-16' } }))
      .thenRejected('EFFECTIVE_IN_FUTURE', 'R-90');
    given(decider)
      .when(state([need], { basis: { closedOn: '2025-06-30' } }))
      .thenRejected('ORGANISATION_CLOSED', 'R-06');
  });
});

describe('what support a district asks for', () => {
  it('R-15 is given by focus area and support type', () => {
    given(decider)
      .when(request([training]))
      .then({ type: 'SupportRequested', data: { cells: [training] } });
    given(decider)
      .when(request([{ ...training, supportType: 'PLANNING' }]))
      .thenRejected('WRONG_SUPPORT_TYPE', 'R-15');
    given(decider)
      .when(request([training, { ...training, amount: 'LIGHT' }]))
      .thenRejected('DUPLICATE_CELL');
    given(decider)
      .when(request([{ ...training, quantity: 3 }]))
      .thenRejected('QUANTITY_WITHOUT_UNIT');
    given(decider)
      .when(request([{ ...training, quantity: -1, unit: 'DAYS' }]))
      .thenRejected('QUANTITY_BELOW_ZERO');
  });
  it('R-88 is corrected and withdrawn with what stood', () => {
    const asked: Event = {
      ...{ type: 'SupportRequested', data: { ...key, cells: [training], source, statedBy: 'DISTRICT' } },
      ...{ eventId: id('r'), effectiveOn: '2025-09-20' },
    };
    const light = { ...training, amount: 'LIGHT' as const };
    given(decider, asked)
      .when(new c.CorrectSupportRequest(key, { corrects: id('r'), cells: [light], reason: 'slip' }, about, someMeta()))
      .then({ type: 'SupportRequested', act: 'CORRECTED', data: { was: { cells: [training] } } });
    given(decider, asked)
      .when(new c.WithdrawSupportRequest(key, { corrects: id('r'), reason: 'no staff' }, about, someMeta()))
      .then({ type: 'SupportRequested', act: 'WITHDRAWN', data: { cells: [], was: { cells: [training] } } });
  });
});

describe('local plans', () => {
  const plan = {
    planTitle: 'Improvement plan',
    goalTitle: 'Reading by grade 3',
    goalState: 'ACTIVE' as const,
    focusAreas: ['LITERACY' as const],
    seenOn: '2025-10-01',
  };
  const note = (over = {}, planRef?: string) =>
    new c.NoteDistrictPlan(key, { plan: { ...plan, ...over }, planRef, basis }, about, someMeta());
  it('keep their id by their titles, and hold from the day they were seen', () => {
    const ref = (command: c.NoteDistrictPlan) =>
      given(decider).when(command).decided()[0]!.data as { plan: { planRef: string } };
    expect(ref(note()).plan.planRef).toBe(ref(note({ planTitle: ' improvement PLAN' })).plan.planRef);
    expect(ref(note()).plan.planRef).not.toBe(ref(note({ goalTitle: 'Attendance' })).plan.planRef);
    given(decider).when(note()).then({ type: 'DistrictPlanRead', effectiveOn: '2025-10-01', data: { plan } });
  });
  it('noted again by two at once are a visible conflict', () => {
    const planRef = idOf('plan');
    const read: Event = { type: 'DistrictPlanRead', data: { ...key, plan: { planRef, ...plan } }, eventId: id('p') };
    const again = (basedOn?: EventId) =>
      new c.NoteDistrictPlan(key, { plan, planRef, basedOn, basis }, about, someMeta());
    given(decider, read).when(again()).thenRejected('CONFLICT');
    given(decider, read)
      .when(again(id('p')))
      .then({ type: 'DistrictPlanRead', data: { plan: { planRef } } });
    given(decider, read, { ...read, eventId: id('q') })
      .when(again(id('p')))
      .thenRejected('CONFLICT');
  });
  it('name plan, goal and areas', () => {
    given(decider)
      .when(note({ goalTitle: ' ' }))
      .thenRejected('TITLE_MISSING');
    given(decider)
      .when(note({ focusAreas: [] }))
      .thenRejected('CELLS_MISSING');
    given(decider)
      .when(note({ seenOn: '2026-01-01' }))
      .thenRejected('EFFECTIVE_IN_FUTURE', 'R-90');
    given(decider)
      .when(note({}, idOf('other')))
      .thenRejected('PLAN_NOT_FOUND');
  });
  it('R-88 are corrected with what stood', () => {
    const planRef = idOf('plan');
    const read: Event = { type: 'DistrictPlanRead', data: { ...key, plan: { planRef, ...plan } }, eventId: id('p') };
    const data = { planRef, corrects: id('p'), plan: { ...plan, goalState: 'ARCHIVED' as const }, reason: 'old list' };
    given(decider, read)
      .when(new c.CorrectDistrictPlan(key, data, about, someMeta()))
      .then({ type: 'DistrictPlanRead', act: 'CORRECTED', data: { was: { goalState: 'ACTIVE' } } });
  });
  it('R-88 are taken back with what stood, and for good', () => {
    const planRef = idOf('plan');
    const read: Event = { type: 'DistrictPlanRead', data: { ...key, plan: { planRef, ...plan } }, eventId: id('p') };
    const withdraw = (corrects: EventId, reason = 'another district') =>
      new c.WithdrawDistrictPlan(key, { planRef, corrects, reason }, about, someMeta());
    const was = { planRef, ...plan, effectiveOn: someMeta().today };
    const taken = { type: 'DistrictPlanRead', act: 'WITHDRAWN', statement: id('p'), corrects: id('p') } as const;
    given(decider, read)
      .when(withdraw(id('p')))
      .then({ ...taken, data: { ...key, reason: 'another district', was } });
    given(decider, read)
      .when(withdraw(id('p'), ' '))
      .thenRejected('REASON_MISSING', 'R-88');
    const gone: Event = { ...taken, data: { ...key, reason: 'x', was }, eventId: id('w') };
    given(decider, read, gone)
      .when(withdraw(id('w')))
      .thenRejected('STATEMENT_WITHDRAWN', 'R-88');
    given(decider, read)
      .when(withdraw(id('q')))
      .thenRejected('STATEMENT_NOT_FOUND');
  });
});

describe('follow-ups', () => {
  const followUpId = idOf('follow-up');
  const close = (outcome: c.FollowUpOutcome, reason?: string) =>
    new c.CloseFollowUp(key, { followUpId, outcome, reason }, about, someMeta());
  const asked = (askedOn: string) =>
    new c.RecordFollowUpAsked(key, { followUpId, kind: 'INTERVIEW', askedOn }, about, someMeta());
  it('are opened by hand, note when the district was asked, and close with an outcome', () => {
    given(decider)
      .when(new c.OpenFollowUp(key, { focusAreas: ['SEBH'], kind: 'MEETING' }, about, someMeta()))
      .then({ type: 'FollowUpOpened', data: { kind: 'MEETING', ownerRole: DEFAULT_FOLLOW_UP_OWNER } });
    given(decider, followUp())
      .when(asked('2025-10-01'))
      .then({ type: 'FollowUpAsked', effectiveOn: '2025-10-01', data: { kind: 'INTERVIEW' } });
    given(decider, followUp()).when(asked('2025-12-01')).thenRejected('EFFECTIVE_IN_FUTURE', 'R-90');
    given(decider, followUp()).when(close('NO_ANSWER')).thenRejected('REASON_MISSING', 'R-14');
    given(decider, followUp())
      .when(close('NO_ANSWER', 'three mails unanswered'))
      .then({ type: 'FollowUpClosed', data: { outcome: 'NO_ANSWER' } });
  });
  it('R-14 are not called answered while the area is unknown', () => {
    given(decider, said([unknown]), followUp())
      .when(close('ANSWERED'))
      .thenRejected('FOLLOW_UP_UNANSWERED', 'R-14');
  });
  it('are not closed or asked twice', () => {
    const closed: Event = {
      type: 'FollowUpClosed',
      data: { ...key, followUpId, outcome: 'DROPPED', reason: 'merged' },
    };
    given(decider, followUp(), closed).when(close('DROPPED', 'again')).thenRejected('FOLLOW_UP_CLOSED', 'R-14');
    given(decider, followUp(), closed).when(asked('2025-10-01')).thenRejected('FOLLOW_UP_CLOSED');
    given(decider).when(asked('2025-10-01')).thenRejected('FOLLOW_UP_NOT_FOUND');
  });
});
