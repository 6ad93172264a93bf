import { DomainError, type OrganisationId, type Recorded } from '@waymark/kernel';
import { organisationStream } from '@waymark/organisations';
import type { Scope } from '../facts/in-force.js';
import { counted, type Finding, type FigureKey, noData } from './figure.js';
import type { Ask, FoundItem, InputDefinition, Inputs, ItemDefinition, RecordedChange } from './question.js';

const DEFAULT_EVENTS = 50;
/** Most events that one answer shows; `after` goes on. */
export const MOST_EVENTS = 200;

export const pageInputs: readonly InputDefinition[] = [
  {
    name: 'first',
    kind: 'INTEGER',
    description: `How many events, 1 to ${MOST_EVENTS}.`,
    otherwise: String(DEFAULT_EVENTS),
  },
  {
    name: 'after',
    kind: 'EVENT',
    description: 'Id of the event to go on after.',
    otherwise: 'from the beginning',
  },
];

export const eventItem: ItemDefinition = {
  kind: 'EVENT',
  label: 'An event of the record',
  fields: {
    type: 'What was recorded',
    act: 'STATED, CORRECTED or WITHDRAWN',
    recordedAt: 'When it was recorded',
    effectiveOn: 'From when it holds',
    person: 'Who, by the opaque id of the person',
    role: 'In which role',
    organisation: 'For which organisation',
    cameBy: 'By which way it came in',
    reason: 'Why, where a reason was given',
  },
};

/** An event as an item of an answer. */
export function eventItemOf(recorded: RecordedChange, kind = 'EVENT'): FoundItem {
  const { event } = recorded;
  const { metadata } = event;
  const reason = (event.data as { reason?: unknown }).reason;
  return {
    kind,
    fields: {
      type: event.type,
      act: metadata.act,
      recordedAt: metadata.recordedAt,
      effectiveOn: metadata.effectiveOn,
      person: metadata.actor.personId,
      role: metadata.actor.role,
      organisation: metadata.actor.organisationId,
      cameBy: metadata.source.kind,
      reason: typeof reason === 'string' ? reason : null,
    },
    event: recorded,
  };
}

/** What a question about one record is asked about: an organisation of any kind, or a stream. */
export const oneRecord: readonly Scope['kind'][] = ['AGENCY', 'DISTRICT', 'ORGANISATION', 'STREAM'];

/** The organisation asked about, or the one that the stream asked about is of. */
export function organisationOf({ scope }: Pick<Ask, 'scope'>): OrganisationId {
  if ('id' in scope) return scope.id;
  throw new TypeError(`A question about an organisation was asked about a ${scope.kind.toLowerCase()}`);
}

/** The events of the record asked about after a position, at most `limit`: of one stream, or whatever names the organisation. */
export async function eventsOfRecord(ask: Ask, after: number, limit: number): Promise<readonly Recorded[]> {
  const { scope, record } = ask;
  if ('stream' in scope) return (await record.inStream(scope.stream)).filter(isAfter(after)).slice(0, limit);
  const organisation = organisationOf(ask);
  const tagged = await record.of(organisation, after, limit);
  if (scope.kind !== 'ORGANISATION') return tagged;
  // Events of a school or a program are tagged with those that it stands under.
  const own = (await record.inStream(organisationStream(organisation))).filter(isAfter(after));
  const all = new Map([...tagged, ...own].map((event) => [event.position, event]));
  return [...all.values()].sort((a, b) => a.position - b.position).slice(0, limit);
}

const isAfter =
  (after: number) =>
  ({ position }: Recorded): boolean =>
    position > after;

/** Page size and the position to go on after. Throws ID_UNKNOWN, TOO_LARGE. */
export async function pageOfInputs(ask: Ask, inputs: Inputs): Promise<{ first: number; after: number }> {
  const first = Number(inputs['first'] ?? DEFAULT_EVENTS);
  if (first < 1 || first > MOST_EVENTS) {
    throw new DomainError('TOO_LARGE', `Ask for 1 to ${MOST_EVENTS} events at once.`, { path: ['inputs', 'first'] });
  }
  if (inputs['after'] === undefined) return { first, after: -1 };
  const [event] = await ask.record.withIds([inputs['after']]);
  if (event === undefined) {
    throw new DomainError('ID_UNKNOWN', 'There is no such event at this point of the record.', {
      path: ['inputs', 'after'],
    });
  }
  return { first, after: event.position };
}

/** How many events an answer shows; partial when more follow. `events` were read with a limit of `first + 1`. */
export function shown(key: FigureKey, events: readonly Recorded[], first: number): Finding {
  if (events.length === 0) return noData(key, 'Nothing was recorded here.');
  const n = Math.min(events.length, first);
  const finding = counted(key, n, n, 'events');
  if (events.length <= first) return finding;
  return { ...finding, state: 'PARTIAL', reason: `More follow; ask again with after = ${events[first - 1]!.eventId}.` };
}
