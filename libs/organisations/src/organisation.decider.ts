import {
  type Decided,
  type Decider,
  DomainError,
  type OrganisationId,
  requireNotInFuture,
  type StreamName,
  streamName,
} from '@waymark/kernel';
import { requireIdentifier, requireRcdtsWithin } from './identifier-formats.js';
import type {
  DescribeOrganisation,
  IdentifyOrganisation,
  NameOrganisation,
  OrganisationCommand,
  Particulars,
  RegisterOrganisation,
} from './organisation-commands.js';
import { close, withdrawClosing } from './organisation-closings.js';
import { organisationCatalogue, type OrganisationEvent } from './organisation.events.js';
import {
  LONGEST_NAME,
  LONGEST_REASON,
  requireFree,
  requireIdentifiers,
  requireLabel,
  requireOpenOn,
  requireParent,
  requireRcdtsOf,
  requireRegistered,
  requireText,
  tagsAlone,
  tagsUnder,
} from './organisation-guards.js';
import { correct, place, withdraw } from './organisation-placements.js';
import {
  evolveOrganisation,
  inForceOn,
  type OrganisationState,
  particularsOf,
  type RegisteredOrganisation,
  sameParticulars,
} from './organisation-state.js';

type Events = readonly Decided<OrganisationEvent>[];

/** The stream of an organisation; since the id comes from state, kind and first code, each is registered once. */
export function organisationStream(organisationId: OrganisationId): StreamName {
  return streamName('organisation', organisationId);
}

/** The rules of one organisation: for its dates. */
export const organisationDecider: Decider<OrganisationState, OrganisationCommand, OrganisationEvent> = {
  category: 'organisation',
  catalogue: organisationCatalogue,
  initial: null,
  stream: (command) => organisationStream(command.organisationId),
  decide(command, state) {
    if (command.type === 'RegisterOrganisation') return register(command, state);
    const organisation = requireRegistered(state);
    switch (command.type) {
      case 'NameOrganisation':
        return name(command, organisation);
      case 'IdentifyOrganisation':
        return identify(command, organisation);
      case 'DescribeOrganisation':
        return describeAnew(command, organisation);
      case 'PlaceOrganisation':
        return place(command, organisation);
      case 'CorrectPlacement':
        return correct(command, organisation);
      case 'WithdrawPlacement':
        return withdraw(command, organisation);
      case 'CloseOrganisation':
        return close(command, organisation);
      case 'WithdrawClosing':
        return withdrawClosing(command, organisation);
    }
  },
  evolve: evolveOrganisation,
};

function requireParticulars(data: Particulars): Particulars {
  const longest = { city: 200, postalCode: 20, gradeLevels: 200, locale: 80 };
  for (const [member, text] of Object.entries(particularsOf(data))) {
    requireText(text as string, longest[member as keyof typeof longest], [member]);
  }
  return particularsOf(data);
}

function requireStateAndZone({ state, timeZone }: { state: string; timeZone: string }): void {
  if (!/^[A-Z]{2}$/.test(state)) {
    throw new DomainError('STATE_UNKNOWN', 'Give the state as two capital letters, such as MI.', { path: ['state'] });
  }
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
  } catch {
    const message = `"${timeZone.slice(0, 60)}" is not a time zone. Give its IANA name, such as America/Detroit.`;
    throw new DomainError('TIME_ZONE_UNKNOWN', message, { path: ['timeZone'] });
  }
}

function register(command: RegisterOrganisation, state: OrganisationState): Events {
  const { data, meta, organisationId } = command;
  if (state !== null) {
    const known = state.names.at(-1)!.value;
    throw new DomainError(
      'ORGANISATION_EXISTS',
      `This code is in the record already, as ${known}. Name, identify, describe or place that organisation instead.`,
      { rule: 'R-01', path: ['identifiers'] },
    );
  }
  const { kind, label, timeZone, identifiers, tagKey } = data;
  if (!/^[A-Za-z0-9+/]{43}=$/.test(tagKey)) throw new TypeError('A tag key is 32 random bytes in base64');
  const effectiveOn = data.effectiveOn ?? meta.today;
  requireNotInFuture(effectiveOn, meta.today, ['effectiveOn']);
  requireStateAndZone(data);
  const called = requireText(data.name, LONGEST_NAME, ['name']);
  requireLabel(kind, label);
  requireIdentifiers(identifiers, data, data.taken);
  const particulars = requireParticulars(data);
  const self = { organisationId, state: data.state, kind };
  const parent = data.parent === undefined ? undefined : requireParent(data.parent, self, effectiveOn);
  if (parent !== undefined) requireRcdtsOf(identifiers, parent);
  const organisations = parent === undefined ? tagsAlone(self) : tagsUnder(self, parent);
  const registered: Decided<OrganisationEvent> = {
    type: 'OrganisationRegistered',
    data: {
      ...{ organisationId, state: data.state, kind },
      ...(label !== undefined && { label }),
      ...{ name: called, timeZone, identifiers, tagKey },
      ...particulars,
    },
    effectiveOn,
    organisations,
  };
  if (parent === undefined) return [registered];
  const placement = { organisationId, kind, parentId: parent.organisationId };
  return [registered, { type: 'OrganisationPlaced', data: placement, effectiveOn, organisations }];
}

function name({ data, meta }: NameOrganisation, state: RegisteredOrganisation): Events {
  const effectiveOn = data.effectiveOn ?? meta.today;
  requireNotInFuture(effectiveOn, meta.today, ['effectiveOn']);
  requireOpenOn(state, effectiveOn);
  const called = requireText(data.name, LONGEST_NAME, ['name']);
  const reason = data.reason === undefined ? undefined : requireText(data.reason, LONGEST_REASON, ['reason']);
  if (inForceOn(state.names, effectiveOn)?.value === called) return [];
  const { organisationId } = state;
  return [
    {
      type: 'OrganisationNamed',
      data: { organisationId, name: called, ...(reason !== undefined && { reason }) },
      effectiveOn,
    },
  ];
}

function identify({ data, meta }: IdentifyOrganisation, state: RegisteredOrganisation): Events {
  const { scheme, value } = data;
  const effectiveOn = data.effectiveOn ?? meta.today;
  requireNotInFuture(effectiveOn, meta.today, ['effectiveOn']);
  requireOpenOn(state, effectiveOn);
  requireIdentifier({ scheme, value }, state, ['value']);
  if (scheme === 'RCDTS' && state.kind === 'SCHOOL' && data.districtRcdts !== undefined) {
    requireRcdtsWithin(value, data.districtRcdts, ['value']);
  }
  const sameScheme = state.identifiers.filter((identifier) => identifier.value.scheme === scheme);
  if (inForceOn(sameScheme, effectiveOn)?.value.value === value) return [];
  requireFree({ scheme, value }, data.taken ?? [], ['value']);
  const reason = data.reason === undefined ? undefined : requireText(data.reason, LONGEST_REASON, ['reason']);
  const { organisationId } = state;
  return [
    {
      type: 'OrganisationIdentified',
      data: { organisationId, scheme, value, ...(reason !== undefined && { reason }) },
      effectiveOn,
    },
  ];
}

function describeAnew({ data, meta }: DescribeOrganisation, state: RegisteredOrganisation): Events {
  requireOpenOn(state, meta.today, []);
  requireLabel(state.kind, data.label);
  const particulars = requireParticulars(data);
  if (data.label === state.label && sameParticulars(particulars, state.particulars)) return [];
  const { organisationId } = state;
  const label = data.label === undefined ? {} : { label: data.label };
  return [{ type: 'OrganisationDescribed', data: { organisationId, ...label, ...particulars } }];
}
