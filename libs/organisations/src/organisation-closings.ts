import { type Decided, DomainError } from '@waymark/kernel';
import type { CloseOrganisation, WithdrawClosing } from './organisation-commands.js';
import { LONGEST_REASON, requirePlannable, requireText } from './organisation-guards.js';
import type { OrganisationEvent } from './organisation.events.js';
import type { RegisteredOrganisation } from './organisation-state.js';

type Events = readonly Decided<OrganisationEvent>[];

function requireSuccessor({ data }: CloseOrganisation, state: RegisteredOrganisation): void {
  const { successor, lastDay } = data;
  if (successor === undefined) return;
  const refuse = (message: string) =>
    new DomainError('SUCCESSOR_MISFIT', message, { rule: 'R-06', path: ['successor'] });
  if (successor === null) throw refuse('There is no such organisation to succeed it. Register it first.');
  if (successor.organisationId === state.organisationId) throw refuse('An organisation does not succeed itself.');
  if (successor.kind !== state.kind || successor.state !== state.state) {
    throw refuse(`${successor.name} is another kind of organisation or in another state; name one of the same kind.`);
  }
  if (successor.lastDay !== undefined && successor.lastDay <= lastDay) {
    throw refuse(`${successor.name} closes on ${successor.lastDay}, no later than this organisation.`);
  }
}

function requireNothingLeft({ data }: CloseOrganisation, state: RegisteredOrganisation): void {
  const { lastDay, stillUnderIt, laterWork = [] } = data;
  const later = state.placements.flatMap(({ effectiveOn }) => (effectiveOn > lastDay ? [effectiveOn] : []));
  if (later.length > 0) {
    throw new DomainError(
      'PLACEMENT_AFTER_CLOSING',
      `It is placed anew after that last day (${later.join(', ')}). Withdraw what is placed then first.`,
      { rule: 'R-06', path: ['lastDay'] },
    );
  }
  if (stillUnderIt.length > 0) {
    const some = stillUnderIt.slice(0, 3).join(', ');
    throw new DomainError(
      'ORGANISATIONS_LEFT',
      `${stillUnderIt.length} open organisations still stand under it after ${lastDay} (${some}). Place or close them first.`,
      { rule: 'R-02', path: ['lastDay'] },
    );
  }
  if (laterWork.length > 0) {
    const some = laterWork.slice(0, 5).join('; ');
    throw new DomainError(
      'STATED_AFTER_CLOSING',
      `${laterWork.length} entries hold from after ${lastDay} (${some}). Withdraw or abandon them first, or give a later day.`,
      { rule: 'R-06', path: ['lastDay'] },
    );
  }
}

/** S10: an end does not silence what was stated for later, so that has to be withdrawn before. */
export function close(command: CloseOrganisation, state: RegisteredOrganisation): Events {
  const { data, meta } = command;
  const { lastDay } = data;
  const successorId = data.successor?.organisationId;
  const reason = requireText(data.reason, LONGEST_REASON, ['reason']);
  if (state.closed !== undefined) {
    if (state.closed.lastDay === lastDay && state.closed.successorId === successorId) return [];
    throw new DomainError('ORGANISATION_CLOSED', `Its last day is ${state.closed.lastDay} already.`, {
      rule: 'R-06',
      path: ['lastDay'],
    });
  }
  requirePlannable(lastDay, meta.today, ['lastDay']);
  requireSuccessor(command, state);
  requireNothingLeft(command, state);
  const { organisationId } = state;
  return [
    {
      type: 'OrganisationClosed',
      data: { organisationId, ...(successorId !== undefined && { successorId }), reason },
      effectiveOn: lastDay,
    },
  ];
}

/** A closing entered by mistake never was; what the organisation stood under must not have ended meanwhile. */
export function withdrawClosing({ data }: WithdrawClosing, state: RegisteredOrganisation): Events {
  const reason = requireText(data.reason, LONGEST_REASON, ['reason']);
  const { closed, organisationId } = state;
  if (closed === undefined) {
    throw new DomainError(
      'NOT_CLOSED',
      'No last day of this organisation is in the record: there is no closing to withdraw.',
      {
        rule: 'R-06',
        path: ['organisation'],
      },
    );
  }
  const { parent } = data;
  if (parent?.lastDay !== undefined) {
    throw new DomainError(
      'PARENT_CLOSED',
      `${parent.name}, which it stands under, closes on ${parent.lastDay}. Withdraw that closing first.`,
      { rule: 'R-02', path: ['organisation'] },
    );
  }
  const { statement, lastDay, successorId } = closed;
  const successor = successorId === undefined ? {} : { successorId };
  return [
    {
      type: 'OrganisationClosed',
      data: { organisationId, ...successor, reason, was: { ...successor, effectiveOn: lastDay } },
      act: 'WITHDRAWN',
      statement,
      corrects: statement,
      effectiveOn: lastDay,
    },
  ];
}
