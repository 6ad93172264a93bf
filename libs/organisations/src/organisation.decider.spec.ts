import type { CommandMeta, EventId, OrganisationId } from '@waymark/kernel';
import { given as givenEvents, idOf, recorded, someMeta } from '@waymark/kernel/testing';
import { organisationIdOf } from './identifier-formats.js';
import {
  CloseOrganisation,
  CorrectPlacement,
  DescribeOrganisation,
  IdentifyOrganisation,
  NameOrganisation,
  PlaceOrganisation,
  RegisterOrganisation,
  type RegisterOrganisationData,
  WithdrawClosing,
  WithdrawPlacement,
} from './organisation-commands.js';
import type { OrganisationBasis } from './organisation.basis.js';
import { organisationDecider, organisationStream } from './organisation.decider.js';
import type { OrganisationEvent } from './organisation.events.js';

const tagKey = `${'A'.repeat(43)}=`;
const plainwell = organisationIdOf('MI', 'DISTRICT', { scheme: 'MI_DISTRICT', value: '03010' });
const allegan: OrganisationBasis = {
  organisationId: idOf<OrganisationId>('allegan'),
  state: 'MI',
  kind: 'SERVICE_AGENCY',
  name: 'Allegan Area ESA',
};
const kent: OrganisationBasis = { ...allegan, organisationId: idOf('kent'), name: 'Kent ISD' };
const district: OrganisationBasis = {
  organisationId: plainwell,
  state: 'MI',
  kind: 'DISTRICT',
  name: 'Plainwell',
  agencyId: allegan.organisationId,
};
const first = recordedIdAt(1);
const second = recordedIdAt(2);

function recordedIdAt(place: number): EventId {
  const events = Array.from({ length: place }, () => ({ type: 'X', data: {} }));
  return recorded(events).at(-1)!.eventId;
}

type Given = Parameters<typeof givenEvents<unknown, never, OrganisationEvent>>[1];
const given = (...events: Given[]) => givenEvents(organisationDecider, ...events);

const district03010: RegisterOrganisationData = {
  state: 'MI',
  kind: 'DISTRICT',
  name: 'Plainwell Community Schools',
  timeZone: 'America/Detroit',
  identifiers: [{ scheme: 'MI_DISTRICT', value: '03010' }],
  tagKey,
};
const register = (data: Partial<RegisterOrganisationData> = {}, meta: CommandMeta = someMeta()) =>
  new RegisterOrganisation({ ...district03010, ...data }, {}, meta);
const registered: Given = {
  type: 'OrganisationRegistered',
  data: { organisationId: plainwell, ...district03010 },
  effectiveOn: '2020-07-01',
};
const placedUnder = (parent: OrganisationBasis, effectiveOn: string): Given => ({
  type: 'OrganisationPlaced',
  data: { organisationId: plainwell, kind: 'DISTRICT', parentId: parent.organisationId },
  effectiveOn,
  organisations: { agency: parent.organisationId, district: plainwell },
});
const closedOn = (effectiveOn: string): Given => ({
  type: 'OrganisationClosed',
  data: { organisationId: plainwell, reason: 'Annexed' },
  effectiveOn,
});
const place = (parent: OrganisationBasis | undefined, effectiveOn?: string) =>
  new PlaceOrganisation(plainwell, { parent, effectiveOn }, {}, someMeta());
const called = (name: string, effectiveOn?: string) =>
  new NameOrganisation(plainwell, { name, effectiveOn }, {}, someMeta());

describe('registering an organisation', () => {
  it('records it with its first parent, tagged with agency and district', () => {
    const organisations = { agency: allegan.organisationId, district: plainwell };
    given()
      .when(register({ parent: allegan, effectiveOn: '2020-07-01' }))
      .then(
        { type: 'OrganisationRegistered', data: { organisationId: plainwell, tagKey }, organisations },
        {
          type: 'OrganisationPlaced',
          data: { organisationId: plainwell, kind: 'DISTRICT', parentId: allegan.organisationId },
          effectiveOn: '2020-07-01',
          organisations,
        },
      );
  });

  it('R-01 takes codes as texts of two and five digits with their leading zeros, and nothing else', () => {
    for (const value of ['3010', '03010 ', '0301O', '', '003010', '٠٣٠١٠']) {
      given()
        .when(register({ identifiers: [{ scheme: 'MI_DISTRICT', value }] }))
        .thenRejected('IDENTIFIER_INVALID', 'R-01');
    }
    for (const value of ['3', '003', 'A3']) {
      given()
        .when(register({ kind: 'SERVICE_AGENCY', identifiers: [{ scheme: 'MI_ISD', value }] }))
        .thenRejected('IDENTIFIER_INVALID', 'R-01');
    }
    expect(
      given()
        .when(register({ kind: 'SERVICE_AGENCY', identifiers: [{ scheme: 'MI_ISD', value: '03' }] }))
        .decided(),
    ).toHaveLength(1);
  });

  it('R-01 checks LEAID (7 digits) and NCESSCH (12 digits), and that a scheme fits kind and state', () => {
    const also = (scheme: 'LEAID' | 'NCESSCH' | 'MI_ISD' | 'RCDTS', value: string, of = {}) =>
      given().when(
        register({
          identifiers: [
            { scheme: 'LOCAL', value: 'X1' },
            { scheme, value },
          ],
          ...of,
        }),
      );
    expect(also('LEAID', '2600001').decided()).toHaveLength(1);
    also('LEAID', '260000').thenRejected('IDENTIFIER_INVALID', 'R-01');
    also('NCESSCH', '260000112345').thenRejected('IDENTIFIER_INVALID', 'R-01');
    also('NCESSCH', '26000011234', { kind: 'SCHOOL' }).thenRejected('IDENTIFIER_INVALID', 'R-01');
    also('MI_ISD', '03').thenRejected('IDENTIFIER_INVALID', 'R-01');
    also('RCDTS', '050160250020000').thenRejected('IDENTIFIER_INVALID', 'R-04');
  });

  it('registers each code once: the id follows from state, kind and code, and a second time is refused', () => {
    expect(organisationDecider.stream(register())).toBe(organisationStream(plainwell));
    given(registered).when(register()).thenRejected('ORGANISATION_EXISTS', 'R-01');
    given()
      .when(register({ taken: [{ scheme: 'MI_DISTRICT', value: '03010', name: 'Otsego' }] }))
      .thenRejected('CODE_TAKEN', 'R-01');
  });

  it('R-04 an Illinois school carries the first eleven digits of its district', () => {
    const springfield: OrganisationBasis = { ...district, state: 'IL', rcdts: '510841860250000' };
    const school = (value: string) =>
      register({ state: 'IL', kind: 'SCHOOL', identifiers: [{ scheme: 'RCDTS', value }], parent: springfield });
    expect(given().when(school('510841860252001')).decided()).toHaveLength(2);
    given().when(school('510841860262001')).thenRejected('IDENTIFIER_INVALID', 'R-04');
    given().when(school('51084186A252001')).thenRejected('IDENTIFIER_INVALID', 'R-04');
  });

  it('R-05 a school stands under a district, or directly under a service agency', () => {
    const school = (parent: OrganisationBasis | null) =>
      given().when(register({ kind: 'SCHOOL', identifiers: [{ scheme: 'MI_BUILDING', value: '06730' }], parent }));
    expect(school(district).decided()[1]).toMatchObject({
      organisations: { agency: allegan.organisationId, district: plainwell },
    });
    expect(school(allegan).decided()[1]).toMatchObject({ organisations: { agency: allegan.organisationId } });
    school({ ...district, kind: 'SCHOOL' }).thenRejected('PARENT_MISFIT', 'R-05');
    school({ ...district, state: 'ZZ' }).thenRejected('PARENT_MISFIT', 'R-05');
    school(null).thenRejected('PARENT_UNKNOWN', 'R-05');
  });

  it('refuses names that say nothing, are huge or hold control characters', () => {
    for (const name of ['', '   ', 'x'.repeat(301), 'Plain\u0000well', 'Plain\nwell', 'Plain\u0085well']) {
      given().when(register({ name })).thenRejected('TEXT_INVALID');
    }
  });

  it('refuses an unknown state, time zone or label', () => {
    given()
      .when(register({ state: 'Michigan' }))
      .thenRejected('STATE_UNKNOWN');
    given()
      .when(register({ timeZone: 'America/Lansing' }))
      .thenRejected('TIME_ZONE_UNKNOWN');
    given()
      .when(register({ label: 'RESA' }))
      .thenRejected('LABEL_MISFIT');
    expect(
      given()
        .when(register({ label: 'PSA' }))
        .decided(),
    ).toHaveLength(1);
  });

  it('R-90 does not register for a day that has not come', () => {
    given()
      .when(register({ effectiveOn: '2025-10-16' }))
      .thenRejected('EFFECTIVE_IN_FUTURE', 'R-90');
  });

  it('needs a whole tag key', () => {
    expect(() =>
      given()
        .when(register({ tagKey: 'short' }))
        .decided(),
    ).toThrow(TypeError);
  });
});

describe('placing an organisation', () => {
  const placed = [registered, placedUnder(allegan, '2020-07-01')] as const;

  it('R-02 a move keeps the history, tags the new agency and leaves a pointer with the old one', () => {
    given(...placed)
      .when(place(kent, '2024-07-01'))
      .then(
        {
          type: 'OrganisationPlaced',
          data: { parentId: kent.organisationId },
          effectiveOn: '2024-07-01',
          organisations: { agency: kent.organisationId, district: plainwell },
        },
        {
          type: 'OrganisationMovedAway',
          data: { fromId: allegan.organisationId, toId: kent.organisationId },
          effectiveOn: '2024-07-01',
          organisations: { agency: allegan.organisationId, district: plainwell },
        },
      );
  });

  it('R-02 one parent at any date: not two from the same day, nothing new for the parent it has', () => {
    given(...placed)
      .when(place(kent, '2020-07-01'))
      .thenRejected('PLACEMENT_DATE_TAKEN', 'R-02');
    given(...placed)
      .when(place(allegan, '2023-01-01'))
      .thenNothing();
  });

  it('R-02 takes a late move between two known ones', () => {
    given(...placed, placedUnder(kent, '2024-07-01'))
      .when(place({ ...kent, organisationId: idOf('ottawa') }, '2022-07-01'))
      .then(
        { type: 'OrganisationPlaced', data: { parentId: idOf('ottawa') } },
        { type: 'OrganisationMovedAway', data: { fromId: allegan.organisationId } },
      );
  });

  it('R-02 a district stands under a service agency of its state that exists', () => {
    given(registered).when(place(district)).thenRejected('PARENT_MISFIT', 'R-02');
    given(registered).when(place(undefined)).thenRejected('PARENT_UNKNOWN', 'R-02');
    given(registered)
      .when(place({ ...allegan, state: 'IL' }))
      .thenRejected('PARENT_MISFIT', 'R-02');
  });

  it('R-03 the code of a district says nothing about its parent: 41922 stands where it is placed', () => {
    const identifiers: RegisterOrganisationData['identifiers'] = [{ scheme: 'MI_DISTRICT', value: '41922' }];
    const events = given().when(register({ identifiers })).decided();
    expect(events.map(({ type }) => type)).toEqual(['OrganisationRegistered']);
    const muskegon = { ...kent, organisationId: idOf<OrganisationId>('muskegon-61') };
    expect(
      given()
        .when(register({ identifiers, parent: muskegon }))
        .decided()[1],
    ).toMatchObject({
      data: { parentId: muskegon.organisationId },
    });
  });

  it('R-90 a move may be planned, ten years ahead at most', () => {
    expect(
      given(...placed)
        .when(place(kent, '2026-07-01'))
        .decided(),
    ).toHaveLength(2);
    given(...placed)
      .when(place(kent, '2035-10-16'))
      .thenRejected('DATE_TOO_FAR', 'R-90');
    given(...placed)
      .when(place(kent, '9999-12-31'))
      .thenRejected('DATE_TOO_FAR');
    given(...placed)
      .when(place(kent, '2025-02-30'))
      .thenRejected('DATE_TOO_FAR');
  });

  it('R-06 a closed organisation is not moved, and nothing comes under a closed parent', () => {
    given(...placed, closedOn('2024-06-30'))
      .when(place(kent, '2024-07-01'))
      .thenRejected('ORGANISATION_CLOSED', 'R-06');
    given(...placed)
      .when(place({ ...kent, lastDay: '2024-06-30' }, '2024-07-01'))
      .thenRejected('PARENT_CLOSED', 'R-06');
    expect(
      given(...placed)
        .when(place({ ...kent, lastDay: '2024-06-30' }, '2024-06-30'))
        .decided(),
    ).toHaveLength(2);
  });
});

describe('correcting and withdrawing a placement', () => {
  const history = [registered, placedUnder(allegan, '2020-07-01')] as const;
  const correct = (data: Partial<CorrectPlacement['data']>) =>
    new CorrectPlacement(plainwell, { statement: second, reason: 'Wrong entry', ...data }, {}, someMeta());
  const withdraw = (statement: EventId, reason = 'Never was so') =>
    new WithdrawPlacement(plainwell, { statement, reason }, {}, someMeta());

  it('S18 a correction repeats the placement as it stood and keeps its statement', () => {
    given(...history)
      .when(correct({ parent: kent, effectiveOn: '2021-07-01' }))
      .then(
        {
          type: 'OrganisationPlaced',
          act: 'CORRECTED',
          statement: second,
          corrects: second,
          effectiveOn: '2021-07-01',
          data: {
            parentId: kent.organisationId,
            was: { parentId: allegan.organisationId, effectiveOn: '2020-07-01' },
          },
        },
        {
          type: 'OrganisationMovedAway',
          data: {},
          organisations: { agency: allegan.organisationId, district: plainwell },
        },
      );
  });

  it('R-02 a correction does not put two parents on one day', () => {
    given(...history, placedUnder(kent, '2024-07-01'))
      .when(correct({ effectiveOn: '2024-07-01' }))
      .thenRejected('PLACEMENT_DATE_TAKEN', 'R-02');
  });

  it('changes nothing when the correction says what stands', () => {
    given(...history)
      .when(correct({}))
      .thenNothing();
  });

  it('withdraws with what was, after which the earlier parent holds again', () => {
    const withdrawal = given(...history, placedUnder(kent, '2024-07-01')).when(withdraw(recordedIdAt(3)));
    withdrawal.then({
      type: 'OrganisationPlaced',
      act: 'WITHDRAWN',
      data: { parentId: kent.organisationId, was: { parentId: kent.organisationId, effectiveOn: '2024-07-01' } },
    });
    given(...history, placedUnder(kent, '2024-07-01'), {
      ...placedUnder(kent, '2024-07-01'),
      act: 'WITHDRAWN',
      statement: recordedIdAt(3),
    })
      .when(place(allegan, '2024-07-01'))
      .thenNothing();
  });

  it('S8 a withdrawal is final', () => {
    const events = [
      ...history,
      { ...placedUnder(allegan, '2020-07-01'), act: 'WITHDRAWN' as const, statement: second },
    ];
    given(...events)
      .when(correct({ parent: kent }))
      .thenRejected('PLACEMENT_WITHDRAWN', 'R-02');
    given(...events)
      .when(withdraw(second))
      .thenRejected('PLACEMENT_WITHDRAWN', 'R-02');
  });

  it('refuses placements of others and a missing reason', () => {
    given(...history)
      .when(withdraw(first))
      .thenRejected('PLACEMENT_UNKNOWN');
    given(...history)
      .when(correct({ statement: idOf('elsewhere') }))
      .thenRejected('PLACEMENT_UNKNOWN');
    given(...history)
      .when(withdraw(second, ' '))
      .thenRejected('TEXT_INVALID');
  });
});

describe('naming, identifying, describing', () => {
  it('keeps the names with their dates; the same name again changes nothing', () => {
    given(registered)
      .when(called('Plainwell Schools', '2024-07-01'))
      .then({
        type: 'OrganisationNamed',
        data: { name: 'Plainwell Schools' },
        effectiveOn: '2024-07-01',
      });
    given(registered).when(called('Plainwell Community Schools')).thenNothing();
  });

  it('R-01 a new code has the form of its scheme and is nobody else’s', () => {
    const identify = (value: string, taken?: string) =>
      new IdentifyOrganisation(
        plainwell,
        { scheme: 'MI_DISTRICT', value, taken: taken ? [{ scheme: 'MI_DISTRICT', value, name: taken }] : [] },
        {},
        someMeta(),
      );
    given(registered)
      .when(identify('03011'))
      .then({ type: 'OrganisationIdentified', data: { value: '03011' } });
    given(registered).when(identify('03010')).thenNothing();
    given(registered).when(identify('3011')).thenRejected('IDENTIFIER_INVALID', 'R-01');
    given(registered).when(identify('03011', 'Otsego')).thenRejected('CODE_TAKEN', 'R-01');
  });

  it('states label and particulars anew as a whole', () => {
    const describeIt = (data: DescribeOrganisation['data']) =>
      new DescribeOrganisation(plainwell, data, {}, someMeta());
    given(registered)
      .when(describeIt({ label: 'LEA', city: 'Plainwell' }))
      .then({
        type: 'OrganisationDescribed',
        data: { organisationId: plainwell, label: 'LEA', city: 'Plainwell' },
      });
    given(registered).when(describeIt({})).thenNothing();
    given(registered)
      .when(describeIt({ label: 'ISD' }))
      .thenRejected('LABEL_MISFIT');
    given(registered)
      .when(describeIt({ city: '' }))
      .thenRejected('TEXT_INVALID');
  });

  it('refuses whatever is about an organisation that is not in the record', () => {
    given().when(called('Nobody')).thenRejected('ORGANISATION_UNKNOWN');
    given().when(place(allegan)).thenRejected('ORGANISATION_UNKNOWN');
  });

  it('R-90 does not name for a day that has not come', () => {
    given(registered).when(called('Later', '2025-10-16')).thenRejected('EFFECTIVE_IN_FUTURE', 'R-90');
  });
});

describe('closing an organisation', () => {
  const close = (data: Partial<CloseOrganisation['data']> = {}) =>
    new CloseOrganisation(
      plainwell,
      { lastDay: '2025-06-30', reason: 'Annexed', stillUnderIt: [], ...data },
      {},
      someMeta(),
    );
  const otsego: OrganisationBasis = { ...district, organisationId: idOf('otsego'), name: 'Otsego' };

  it('R-06 ends on its last day, with a successor of its own kind', () => {
    given(registered)
      .when(close({ successor: otsego }))
      .then({
        type: 'OrganisationClosed',
        data: { organisationId: plainwell, successorId: otsego.organisationId, reason: 'Annexed' },
        effectiveOn: '2025-06-30',
      });
    for (const successor of [
      null,
      district,
      allegan,
      { ...otsego, state: 'IL' },
      { ...otsego, lastDay: '2025-06-30' },
    ]) {
      given(registered).when(close({ successor })).thenRejected('SUCCESSOR_MISFIT', 'R-06');
    }
  });

  it('R-06 takes nothing new after its last day, and still takes what was true before it', () => {
    given(registered, closedOn('2025-06-30')).when(called('Anew')).thenRejected('ORGANISATION_CLOSED', 'R-06');
    expect(given(registered, closedOn('2025-06-30')).when(called('Late', '2025-06-30')).decided()).toHaveLength(1);
  });

  it('R-90 a closing may be planned; until then the organisation works on', () => {
    expect(
      given(registered)
        .when(close({ lastDay: '2026-06-30' }))
        .decided(),
    ).toHaveLength(1);
    expect(given(registered, closedOn('2026-06-30')).when(called('Still here')).decided()).toHaveLength(1);
    given(registered)
      .when(close({ lastDay: '2099-06-30' }))
      .thenRejected('DATE_TOO_FAR', 'R-90');
  });

  it('R-02 nothing is left standing under it, and it is not moved after its end', () => {
    given(registered)
      .when(close({ stillUnderIt: ['Gilkey Elementary'] }))
      .thenRejected('ORGANISATIONS_LEFT', 'R-02');
    given(registered, placedUnder(kent, '2025-07-01')).when(close()).thenRejected('PLACEMENT_AFTER_CLOSING', 'R-06');
  });

  it('S10 is refused while something stated for later stands, and lists it; once that is withdrawn it may end', () => {
    const planned = placedUnder(kent, '2025-09-01');
    expect(() => given(registered, planned).when(close()).decided()).toThrow('2025-09-01');
    given(registered, planned).when(close()).thenRejected('PLACEMENT_AFTER_CLOSING', 'R-06');
    given(registered, planned)
      .when(close({ lastDay: '2025-09-01' }))
      .then({
        type: 'OrganisationClosed',
        data: { organisationId: plainwell, reason: 'Annexed' },
        effectiveOn: '2025-09-01',
      });
    const laterWork = ['need stated for 2025-09-10'];
    given(registered).when(close({ laterWork })).thenRejected('STATED_AFTER_CLOSING', 'R-06');
    expect(() => given(registered).when(close({ laterWork })).decided()).toThrow('need stated for 2025-09-10');
    expect(
      given(registered)
        .when(close({ laterWork: [] }))
        .decided(),
    ).toHaveLength(1);
  });

  it('closes once', () => {
    given(registered, closedOn('2025-06-30')).when(close()).thenNothing();
    given(registered, closedOn('2024-06-30')).when(close()).thenRejected('ORGANISATION_CLOSED', 'R-06');
  });
});

describe('calling off a closing', () => {
  const withdraw = (parent?: OrganisationBasis, reason = 'Entered for another district.') =>
    new WithdrawClosing(plainwell, { reason, parent }, {}, someMeta());
  const statement = second;
  it('R-06 takes back the last day with what stood, and the organisation works on', () => {
    const off = { type: 'OrganisationClosed', act: 'WITHDRAWN', statement, corrects: statement } as const;
    const was = { effectiveOn: '2024-06-30' };
    given(registered, closedOn('2024-06-30'))
      .when(withdraw())
      .then({ ...off, effectiveOn: '2024-06-30', data: { reason: 'Entered for another district.', was } });
    const gone: Given = {
      ...{ ...off, effectiveOn: '2024-06-30' },
      data: { organisationId: plainwell, reason: 'x', was },
    };
    given(registered, closedOn('2024-06-30'), gone).when(called('Anew')).then({ type: 'OrganisationNamed', data: {} });
    given(registered, closedOn('2024-06-30'), gone).when(withdraw()).thenRejected('NOT_CLOSED', 'R-06');
  });
  it('says why, and needs a closing', () => {
    given(registered, closedOn('2024-06-30')).when(withdraw(undefined, ' ')).thenRejected('TEXT_INVALID');
    given(registered).when(withdraw()).thenRejected('NOT_CLOSED', 'R-06');
  });
  it('R-02 waits until what it stands under goes on as well', () => {
    given(registered, closedOn('2024-06-30'))
      .when(withdraw({ ...allegan, lastDay: '2024-07-31' }))
      .thenRejected('PARENT_CLOSED', 'R-02');
    given(registered, closedOn('2024-06-30')).when(withdraw(allegan)).then({ type: 'OrganisationClosed', data: {} });
  });
});
