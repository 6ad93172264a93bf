import { EventDecodingError } from './errors.js';
import type { DomainEvent, Recorded, StoredEvent } from './event.js';
import { buriedPersonalLeaves, checkFields, type DataOf, type Field, personalMembers } from './event-schema.js';

type Fields = Readonly<Record<string, Field<unknown>>>;
type Upcaster = (data: Record<string, unknown>) => Record<string, unknown>;

/** One event type: its current fields, its version, how older versions are brought up to it, when it is recorded. */
export interface EventType<S extends Fields = Fields> {
  readonly version: number;
  /** One sentence: when this event is recorded. Goes into docs/events.md. */
  readonly recorded: string;
  readonly fields: S;
  /** `upcasts[n]` turns data of version n into version n + 1; pure and total. */
  readonly upcasts: Readonly<Record<number, Upcaster>>;
}

export type EventTypes = Readonly<Record<string, EventType>>;
/** The union of domain events that a catalogue describes. */
export type EventsOf<T extends EventTypes> = {
  [K in keyof T & string]: DomainEvent<K, T[K] extends EventType<infer S> ? DataOf<S> : never>;
}[keyof T & string];

/**
 * Declares an event type. Throws a TypeError when the chain of upcasters has a gap (a version that cannot be read must not
 * ship), and when personal data could not be sealed: it lies below the top of the event, or the event names no `personId`.
 */
export function eventType<S extends Fields>(definition: {
  recorded: string;
  fields: S;
  version?: number;
  upcasts?: Readonly<Record<number, Upcaster>>;
}): EventType<S> {
  const version = definition.version ?? 1;
  const upcasts = definition.upcasts ?? {};
  requireChain(version, upcasts);
  requireSealable(definition.fields);
  return { version, recorded: definition.recorded, fields: definition.fields, upcasts };
}

function requireChain(version: number, upcasts: Readonly<Record<number, Upcaster>>): void {
  for (let from = 1; from < version; from += 1) {
    if (upcasts[from] === undefined) throw new TypeError(`No upcaster from version ${from} to ${from + 1}`);
  }
  for (const from of Object.keys(upcasts)) {
    if (!/^[1-9]\d*$/.test(from)) throw new TypeError(`An upcaster starts from a version, not from ${from}`);
    if (Number(from) >= version) throw new TypeError(`An upcaster from version ${from} leads past version ${version}`);
  }
}

function requireSealable(fields: Fields): void {
  const [buried] = buriedPersonalLeaves(fields);
  if (buried !== undefined) throw new TypeError(`Personal data stands at the top of an event, not at ${buried}`);
  if (personalMembers(fields).length > 0 && fields['personId'] === undefined) {
    throw new TypeError('An event with personal data names the person by a member personId');
  }
}

/** A catalogue of whichever events: what those need who do not care which events they are. */
export interface AnyEventCatalogue {
  readonly types: EventTypes;
  has(type: string): boolean;
  typeOf(name: string): EventType;
  assertValid(event: DomainEvent): void;
  decode(stored: StoredEvent): Recorded;
}

/** The event types of one or more slices, and the one place where stored events are read into their current version. */
export class EventCatalogue<T extends EventTypes = EventTypes> {
  constructor(readonly types: T) {}

  /** One catalogue over several. Throws when two slices claim the same type name. */
  static union(...catalogues: readonly AnyEventCatalogue[]): EventCatalogue {
    const types: Record<string, EventType> = {};
    for (const catalogue of catalogues) {
      for (const [name, type] of Object.entries(catalogue.types)) {
        if (types[name] !== undefined) throw new TypeError(`Two slices record the event type ${name}`);
        types[name] = type;
      }
    }
    return new EventCatalogue(types);
  }

  has(type: string): boolean {
    return Object.hasOwn(this.types, type);
  }

  typeOf(name: string): EventType {
    const type = Object.hasOwn(this.types, name) ? this.types[name] : undefined;
    if (type === undefined) throw new TypeError(`The event type ${name} is in no catalogue`);
    return type;
  }

  /** Checks an event before it is recorded. A failure is a fault of the decider, hence a TypeError. */
  assertValid(event: DomainEvent): void {
    const wrong = checkFields(this.typeOf(event.type).fields, event.data);
    if (wrong !== undefined) throw new TypeError(`${event.type}${wrong}`);
  }

  /** The stored event in its current version. Throws {@link EventDecodingError} when it cannot be read. */
  decode(stored: StoredEvent): Recorded<EventsOf<T>> {
    const { type: name, metadata, stream, revision } = stored;
    const where = { type: name, schemaVersion: metadata.schemaVersion, stream, revision };
    const type = Object.hasOwn(this.types, name) ? this.types[name] : undefined;
    if (type === undefined) throw new EventDecodingError(where, 'unknown event type');
    if (metadata.schemaVersion > type.version) {
      throw new EventDecodingError(where, `was written by a newer release; this one knows version ${type.version}`);
    }
    const data = upcast(type, stored.data, where);
    const wrong = checkFields(type.fields, data);
    if (wrong !== undefined) throw new EventDecodingError(where, wrong);
    return { ...stored, data } as unknown as Recorded<EventsOf<T>>;
  }
}

function upcast(
  type: EventType,
  stored: Record<string, unknown>,
  where: EventDecodingError['where'],
): Record<string, unknown> {
  let data = stored;
  for (let version = where.schemaVersion; version < type.version; version += 1) {
    const upcaster = type.upcasts[version];
    if (upcaster === undefined) throw new EventDecodingError(where, `there is no version ${version} of it`);
    try {
      data = upcaster(data);
    } catch (error) {
      throw new EventDecodingError(where, `its upcaster failed: ${(error as Error).message}`);
    }
  }
  return data;
}
