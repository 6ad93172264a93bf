import type { Command, CommandMeta, Decider } from '../decider.js';
import { DomainError } from '../errors.js';
import type { Circumstances, DomainEvent, EventMetadata, Recorded } from '../event.js';
import { commandIdOf, eventIdOf } from '../command-runner.js';
import { derivedUuid, type EventId, type OrganisationId, type PersonId, type StreamName } from '../ids.js';

/** A stable UUID for a readable name: `idOf('kent-isd')` is the same in every test. */
export function idOf<T extends string = string>(name: string): T {
  return derivedUuid('test', name) as T;
}

/** Command circumstances for tests: a coordinator, on 15 October 2025, with a key of its own per call unless given. */
let drawn = 0;
export function someMeta(overrides: Partial<CommandMeta> & { key?: string } = {}): CommandMeta {
  const { key = `key-${(drawn += 1)}`, ...rest } = overrides;
  return {
    commandId: commandIdOf('test-account', 'test', key),
    inputMac: 'mac',
    actor: { personId: idOf<PersonId>('ada'), role: 'COORDINATOR', organisationId: idOf<OrganisationId>('isd') },
    source: { kind: 'api', ref: 'test' },
    correlationId: idOf('correlation'),
    causationId: idOf('causation'),
    now: '2025-10-15T14:00:00.000Z',
    today: '2025-10-15',
    ...rest,
  };
}

type Given<E extends DomainEvent> = E & Circumstances & { readonly eventId?: EventId; readonly recordedAt?: string };

/** Turns plain events into recorded ones: positions and revisions count up, ids are derived from the place. */
export function recorded<E extends DomainEvent>(
  events: readonly Given<E>[],
  options: { stream?: string; from?: number } = {},
): Recorded<E>[] {
  return events.map((event, index) => {
    const place = (options.from ?? 1) + index;
    const eventId = event.eventId ?? (derivedUuid('given', options.stream ?? 'stream', String(place)) as EventId);
    const meta = someMeta({ key: eventId });
    const metadata: EventMetadata = {
      nonce: 'AAAAAAAAAAAAAAAAAAAAAA==',
      schemaVersion: 1,
      recordedAt: event.recordedAt ?? meta.now,
      effectiveOn: event.effectiveOn ?? meta.today,
      act: event.act ?? 'STATED',
      statement: event.statement ?? eventId,
      corrects: event.corrects,
      actor: meta.actor,
      source: meta.source,
      correlationId: meta.correlationId,
      causationId: meta.causationId,
      commandId: meta.commandId,
      inputMac: meta.inputMac,
      ...event.organisations,
    };
    const stream = (options.stream ?? 'test-stream') as StreamName;
    return { type: event.type, data: event.data, eventId, stream, revision: index, position: place, metadata };
  }) as unknown as Recorded<E>[];
}

/**
 * given(decider, ...events).when(command).then(...events) | .thenRejected(code, rule?) | .thenNothing()
 * Every decided event is also checked against its schema, and folding it into the state must not throw.
 * The state is frozen: the program keeps it for the next command, so that nobody may change it in its place.
 */
export function given<S, C extends Command, E extends DomainEvent>(decider: Decider<S, C, E>, ...events: Given<E>[]) {
  const state = frozen(fold(decider, recorded<E>(events)));
  return {
    state,
    when(command: C) {
      const decide = () => {
        const decided = decider.decide(command, state);
        for (const event of decided) decider.catalogue.assertValid(event);
        fold(
          { initial: state, evolve: (s: S, e: Recorded<E>) => decider.evolve(s, e) },
          recorded<E>(
            decided.map((event, ordinal) => ({ ...event, eventId: eventIdOf(command, ordinal) })),
            { from: events.length + 1 },
          ),
        );
        return decided;
      };
      return {
        /** The decided events: type, data, and of the circumstances those that are named in the expectation. */
        then(...expected: (DomainEvent & Circumstances)[]) {
          const decided = decide();
          expect(decided.map((event) => event.type)).toEqual(expected.map((event) => event.type));
          decided.forEach((event, i) => expect(event).toMatchObject(expected[i]!));
        },
        thenNothing() {
          expect(decide()).toEqual([]);
        },
        thenRejected(code: string, rule?: string) {
          let thrown: unknown;
          try {
            decide();
          } catch (error) {
            thrown = error;
          }
          expect(thrown).toBeInstanceOf(DomainError);
          expect((thrown as DomainError).code).toBe(code);
          if (rule !== undefined) expect((thrown as DomainError).rule).toBe(rule);
        },
        decided: decide,
      };
    },
  };
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of value instanceof Map ? value.values() : Object.values(value)) frozen(member);
  return value;
}

/** Folds recorded events into a state. */
function fold<S, E extends DomainEvent>(
  decider: Pick<Decider<S, never, E>, 'initial' | 'evolve'>,
  events: Iterable<Recorded<E>>,
): S {
  let state = decider.initial;
  for (const event of events) state = decider.evolve(state, event);
  return state;
}
