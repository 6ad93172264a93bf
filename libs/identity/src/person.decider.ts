import {
  type CivilDate,
  type Command,
  type CommandId,
  type CommandMeta,
  type Decider,
  derivedUuid,
  DomainError,
  type Organisations,
  type OrganisationId,
  type PersonId,
  type Recorded,
  streamName,
} from '@waymark/kernel';
import { personCatalogue, type PersonEvent, type Role } from './person.events.js';
import { grantableFor } from './roles.js';

/** The id of the person that a registering command creates: the same command, repeated, means the same person. */
export function personIdOf(commandId: CommandId): PersonId {
  return derivedUuid('person', commandId) as PersonId;
}

/** Name and contact in plain text; they are sealed before anything is stored. */
export interface Contact {
  readonly name: string;
  readonly email: string;
  readonly phone?: string | undefined;
}

export class RegisterPerson implements Command {
  readonly type = 'RegisterPerson';
  constructor(
    readonly about: Organisations,
    readonly meta: CommandMeta,
    readonly data: Contact & { readonly personId: PersonId; readonly sample?: boolean | undefined },
  ) {}
}

export class NamePerson implements Command {
  readonly type = 'NamePerson';
  constructor(
    readonly about: Organisations,
    readonly meta: CommandMeta,
    readonly data: Contact & { readonly personId: PersonId },
  ) {}
}

export class GrantRole implements Command {
  readonly type = 'GrantRole';
  constructor(
    readonly about: Organisations,
    readonly meta: CommandMeta,
    readonly data: {
      readonly personId: PersonId;
      readonly role: Role;
      readonly organisationId: OrganisationId;
      /** What the organisation is, as the directory said when the command was made; OPERATOR for the operator. */
      readonly organisationKind: string;
      readonly from: CivilDate;
      readonly until?: CivilDate | undefined;
    },
  ) {}
}

export class EndGrant implements Command {
  readonly type = 'EndGrant';
  constructor(
    readonly about: Organisations,
    readonly meta: CommandMeta,
    readonly data: {
      readonly personId: PersonId;
      readonly grantId: string;
      readonly on: CivilDate;
      readonly reason: string;
    },
  ) {}
}

export type PersonCommand = RegisterPerson | NamePerson | GrantRole | EndGrant;

interface HeldGrant {
  readonly role: Role;
  readonly organisationId: OrganisationId;
  readonly from: CivilDate;
  readonly until?: CivilDate | undefined;
  readonly ended: boolean;
}

export type PersonState =
  | { readonly status: 'UNKNOWN' }
  | { readonly status: 'REGISTERED'; readonly grants: Readonly<Record<string, HeldGrant>> };

type Registered = Extract<PersonState, { status: 'REGISTERED' }>;
type Decision = ReturnType<Decider<PersonState, PersonCommand, PersonEvent>['decide']>;

export const personDecider: Decider<PersonState, PersonCommand, PersonEvent> = {
  category: 'person',
  catalogue: personCatalogue,
  initial: { status: 'UNKNOWN' },
  stream: (command) => streamName('person', command.data.personId),

  decide(command, state) {
    if (command.type === 'RegisterPerson') return register(command, state);
    if (state.status === 'UNKNOWN') {
      throw new DomainError('PERSON_NOT_FOUND', 'There is no person with this id. Register the person first.', {
        path: ['person'],
      });
    }
    switch (command.type) {
      case 'NamePerson':
        return [{ type: 'PersonNamed', data: { personId: command.data.personId, ...contactOf(command.data) } }];
      case 'GrantRole':
        return grant(command, state);
      case 'EndGrant':
        return endGrant(command, state);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'PersonRegistered':
        return { status: 'REGISTERED', grants: {} };
      case 'PersonNamed':
        return state;
      case 'RoleGranted':
      case 'GrantEnded':
        return state.status === 'UNKNOWN' ? state : { status: 'REGISTERED', grants: grantsAfter(state, event) };
    }
  },
};

function register({ data }: RegisterPerson, state: PersonState): Decision {
  if (state.status !== 'UNKNOWN') {
    throw new DomainError(
      'PERSON_EXISTS',
      'This person is registered already. To change the name, name the person anew.',
    );
  }
  const sample = data.sample === true ? { sample: true } : {};
  return [{ type: 'PersonRegistered', data: { personId: data.personId, ...contactOf(data), ...sample } }];
}

function grant({ data, meta }: GrantRole, state: Registered): Decision {
  const { personId, role, organisationId, organisationKind, from, until } = data;
  if (!grantableFor[role].includes(organisationKind)) {
    throw new DomainError(
      'ROLE_NOT_FOR_ORGANISATION',
      `${role} is granted for ${grantableFor[role].join(' or ')}, and this organisation is ${organisationKind}.`,
      { rule: 'R-07', path: ['organisation'] },
    );
  }
  if (until !== undefined && until <= from) {
    throw new DomainError('GRANT_EMPTY', `The grant ends on ${until}, before it holds (${from}). Give a later end.`, {
      path: ['until'],
    });
  }
  const same = Object.values(state.grants).some(
    (held) => held.role === role && held.organisationId === organisationId && overlap(held, { from, until }),
  );
  if (same) {
    throw new DomainError('GRANT_EXISTS', `The person holds ${role} for this organisation in that time already.`);
  }
  const grantId = derivedUuid('grant', meta.commandId);
  const granted = { personId, grantId, role, organisationId, from, ...(until !== undefined && { until }) };
  return [{ type: 'RoleGranted', data: granted, effectiveOn: from }];
}

function endGrant({ data }: EndGrant, state: Registered): Decision {
  const held = Object.hasOwn(state.grants, data.grantId) ? state.grants[data.grantId] : undefined;
  if (held === undefined) {
    throw new DomainError('GRANT_NOT_FOUND', 'This person has no grant with this id.', { path: ['grant'] });
  }
  if (held.ended || (held.until !== undefined && held.until <= data.on)) {
    throw new DomainError('GRANT_ENDED', `This grant ends on ${held.until} already.`, { path: ['grant'] });
  }
  if (data.on < held.from) {
    throw new DomainError('GRANT_EMPTY', `The grant holds from ${held.from}; it cannot end before. Give a later day.`, {
      path: ['on'],
    });
  }
  const { personId, grantId, on, reason } = data;
  return [{ type: 'GrantEnded', data: { personId, grantId, on, reason }, effectiveOn: on }];
}

function grantsAfter(
  state: Registered,
  event: Extract<Recorded<PersonEvent>, { type: 'RoleGranted' | 'GrantEnded' }>,
): Registered['grants'] {
  if (event.type === 'RoleGranted') {
    const { grantId, role, organisationId, from, until } = event.data;
    return { ...state.grants, [grantId]: { role, organisationId, from, until, ended: false } };
  }
  const held = state.grants[event.data.grantId];
  if (held === undefined) return state.grants;
  return { ...state.grants, [event.data.grantId]: { ...held, until: event.data.on, ended: true } };
}

function contactOf({ name, email, phone }: Contact): Contact {
  return { name, email, ...(phone !== undefined && { phone }) };
}

type Span = { readonly from: CivilDate; readonly until?: CivilDate | undefined };

function overlap(a: Span, b: Span): boolean {
  return (a.until === undefined || b.from < a.until) && (b.until === undefined || a.from < b.until);
}
