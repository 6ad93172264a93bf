import type { Decided, EventId, OrganisationId } from '@waymark/kernel';
import { given, idOf, someMeta } from '@waymark/kernel/testing';
import * as c from './district-request-commands.js';
import { districtRequestDecider as decider } from './district-request.decider.js';
import type { DistrictRequestEvent } from './district-request.events.js';

const key = { district: idOf<OrganisationId>('dunes'), schoolYear: '2025-26' };
const source = { kind: 'SURVEY' as const, on: '2025-09-20' };
const id = (name: string) => idOf<EventId>(`event ${name}`);
type Event = Decided<DistrictRequestEvent> & { eventId?: EventId };
type Cells = c.StateDistrictNeed['data']['cells'];

const sebh: c.NeedCell = { focusArea: 'SEBH', answer: 'NEED', strength: 4 };
const literacy: c.NeedCell = { focusArea: 'LITERACY', answer: 'NEED' };

function said(name: string, cells: readonly c.NeedCell[], effectiveOn = source.on, more: Partial<Event> = {}): Event {
  const data = { ...key, cells, source, statedBy: 'AGENCY' as const };
  return { type: 'DistrictNeedStated', data, effectiveOn, eventId: id(name), ...more } as Event;
}
const state = (cells: Cells, effectiveOn = source.on) =>
  new c.StateDistrictNeed(key, { cells, source, effectiveOn, basis: {} }, {}, someMeta());
const correct = (corrects: string, cells: Cells) =>
  new c.CorrectDistrictNeed(key, { corrects: id(corrects), cells, reason: 'wrong row' }, {}, someMeta());
const stated = { type: 'DistrictNeedStated', data: {} } as const;

describe('an entry about a cell', () => {
  it('needs to have seen nothing where nothing is in force', () => {
    given(decider)
      .when(state([sebh]))
      .then(stated);
    given(decider, said('a', [sebh]))
      .when(state([literacy]))
      .then(stated);
  });
  it('over an entry that was not seen is a conflict, which names the cell, the entry in force and what to do', () => {
    const decided = given(decider, said('a', [sebh]), said('b', [literacy])).when(
      state([literacy, sebh].map((cell) => ({ ...cell, basedOn: id('b') }))),
    );
    decided.thenRejected('CONFLICT');
    expect(() => decided.decided()).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          new RegExp(
            `^About SEBH stands the entry ${id('a')}, made at .* in the role .*name that entry as its basedOn`,
          ),
        ) as string,
        path: ['cells', '1', 'basedOn'],
      }),
    );
  });
  it('on top of an entry about something else is a conflict that does not claim anything was taken back', () => {
    const decided = given(decider, said('b', [literacy])).when(state([{ ...sebh, basedOn: id('b') }]));
    expect(() => decided.decided()).toThrow(
      'The entry you name is not in force about SEBH, nor is another. Read it again, then leave basedOn out.',
    );
  });
  it('on top of the entry that was seen passes, and what was seen stays out of the record', () => {
    given(decider, said('a', [sebh]))
      .when(state([{ ...sebh, strength: 2, basedOn: id('a') }]))
      .then({ ...stated, data: { cells: [{ focusArea: 'SEBH', answer: 'NEED', strength: 2 }] } });
    const [event] = given(decider, said('a', [sebh]))
      .when(state([{ ...sebh, basedOn: id('a') }]))
      .decided();
    expect(event!.data).toHaveProperty('cells', [sebh]);
  });
  it('on top of an entry that was corrected or taken back since is a conflict', () => {
    const chain = { statement: id('a'), corrects: id('a') };
    const corrected = said('b', [{ ...sebh, strength: 1 }], source.on, { act: 'CORRECTED', ...chain });
    const gone = said('b', [], source.on, { act: 'WITHDRAWN', ...chain });
    const onTop = state([{ ...sebh, basedOn: id('a') }]);
    given(decider, said('a', [sebh]), corrected)
      .when(onTop)
      .thenRejected('CONFLICT');
    given(decider, said('a', [sebh]), gone)
      .when(onTop)
      .thenRejected('CONFLICT');
    given(decider, said('a', [sebh]), gone)
      .when(state([sebh]))
      .then(stated);
  });
  it('for an earlier day sees an entry recorded since for that day, though a later one is in force', () => {
    const events = [said('now', [sebh], '2025-10-01'), said('late', [sebh], '2025-09-01')];
    const late = (basedOn: string) => state([{ ...sebh, basedOn: id(basedOn) }], '2025-09-05');
    given(decider, events[0]!).when(late('now')).then(stated);
    given(decider, ...events)
      .when(late('now'))
      .thenRejected('CONFLICT');
    given(decider, ...events)
      .when(late('late'))
      .then(stated);
    given(decider, ...events)
      .when(state([{ ...sebh, basedOn: id('now') }], '2025-10-02'))
      .then(stated);
  });
  it('R-88 that is corrected into a cell of another entry must have seen that one', () => {
    const events = [said('a', [sebh]), said('b', [literacy])];
    given(decider, ...events)
      .when(correct('a', [sebh, literacy]))
      .thenRejected('CONFLICT');
    given(decider, ...events)
      .when(correct('a', [sebh, { ...literacy, basedOn: id('b') }]))
      .then({ ...stated, act: 'CORRECTED', data: { cells: [sebh, literacy] } });
  });
});

describe('a request for support', () => {
  const training: c.RequestCell = { focusArea: 'SEBH', supportType: 'TRAINING', amount: 'LIGHT' };
  const asked: Event = {
    ...{ type: 'SupportRequested', data: { ...key, cells: [training], source, statedBy: 'DISTRICT' } },
    ...{ eventId: id('r'), effectiveOn: source.on },
  };
  const ask = (cells: c.RequestSupport['data']['cells']) =>
    new c.RequestSupport(key, { cells, source, basis: {} }, {}, someMeta());
  it('R-15 clashes by focus area and form', () => {
    const requested = { type: 'SupportRequested', data: {} } as const;
    given(decider, asked)
      .when(ask([training]))
      .thenRejected('CONFLICT');
    given(decider, asked)
      .when(ask([{ ...training, supportType: 'COACHING' }]))
      .then(requested);
    given(decider, asked)
      .when(ask([{ ...training, basedOn: id('r') }]))
      .then(requested);
  });
});
