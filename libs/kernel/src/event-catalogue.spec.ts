import fc from 'fast-check';
import { EventDecodingError } from './errors.js';
import type { StoredEvent } from './event.js';
import { EventCatalogue, eventType } from './event-catalogue.js';
import { list, plain, sealed, struct } from './event-schema.js';
import { recorded } from './testing/index.js';

const nameAsText = (data: Record<string, unknown>) => ({ ...data, name: String(data['name']) });
const nameSplit = ({ name, ...rest }: Record<string, unknown>) => ({ ...rest, title: name, pages: 0 });

const catalogue = new EventCatalogue({
  PlanAdopted: eventType({
    recorded: 'A plan is adopted.',
    version: 3,
    fields: { title: plain.text(), pages: plain.integer() },
    upcasts: { 1: nameAsText, 2: nameSplit },
  }),
});

function stored(type: string, schemaVersion: number, data: Record<string, unknown>): StoredEvent {
  const [event] = recorded([{ type, data }], { stream: 'plan-7' });
  return { ...event!, metadata: { ...event!.metadata, schemaVersion } } as StoredEvent;
}

describe('event versions', () => {
  it('brings each version up to the current one, step by step, in order', () => {
    expect(catalogue.decode(stored('PlanAdopted', 1, { name: 42 })).data).toEqual({ title: '42', pages: 0 });
    expect(catalogue.decode(stored('PlanAdopted', 2, { name: 'Plan' })).data).toEqual({ title: 'Plan', pages: 0 });
  });

  it('leaves current data and the stored version number as they are', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (title, pages) => {
        const event = stored('PlanAdopted', 3, { title, pages });
        expect(catalogue.decode(event)).toEqual(event);
      }),
    );
    expect(catalogue.decode(stored('PlanAdopted', 1, { name: 'x' })).metadata.schemaVersion).toBe(1);
  });

  it.each<[string, StoredEvent, string]>([
    ['a type it does not know', stored('PlanDropped', 1, {}), 'PlanDropped v1 at plan-7@0: unknown event type'],
    ['a type named like a built-in', stored('constructor', 1, {}), 'unknown event type'],
    ['a version of a newer release', stored('PlanAdopted', 4, {}), 'was written by a newer release'],
    ['a version that never was', stored('PlanAdopted', 0, {}), 'there is no version 0 of it'],
    ['data that does not fit', stored('PlanAdopted', 3, { title: 'x', pages: 1.5 }), '.pages is not a whole number'],
  ])('refuses %s and says where it lies', (_, event, message) => {
    expect(() => catalogue.decode(event)).toThrow(EventDecodingError);
    expect(() => catalogue.decode(event)).toThrow(message);
  });

  it('reports an upcaster that fails as damage of that event', () => {
    const failing = new EventCatalogue({
      Noted: eventType({
        recorded: 'x',
        version: 2,
        fields: {},
        upcasts: {
          1: () => {
            throw new Error('no member text');
          },
        },
      }),
    });
    expect(() => failing.decode(stored('Noted', 1, {}))).toThrow('Noted v1 at plan-7@0: its upcaster failed');
  });
});

describe('declaring event types', () => {
  const declare = (version: number, upcasts: Record<number, typeof nameAsText>, fields = {}) =>
    eventType({ recorded: 'x', version, fields, upcasts });

  it('refuses a chain of upcasters with a gap, past its end or from no version', () => {
    expect(() => declare(3, { 2: nameAsText })).toThrow('No upcaster from version 1 to 2');
    expect(() => declare(3, { 1: nameAsText })).toThrow('No upcaster from version 2 to 3');
    expect(() => declare(1, { 1: nameAsText })).toThrow('leads past version 1');
    expect(() => declare(2, { 0: nameAsText, 1: nameAsText })).toThrow('not from 0');
    expect(() => declare(2, { 1: nameAsText })).not.toThrow();
  });

  it('refuses personal data that sealing could not reach', () => {
    const kin = list(struct({ name: sealed.text() }));
    expect(() => declare(1, {}, { personId: plain.id(), kin })).toThrow('not at kin[].name');
    expect(() => declare(1, {}, { name: sealed.text() })).toThrow('names the person by a member personId');
    expect(() => declare(1, {}, { personId: plain.id(), name: sealed.text() })).not.toThrow();
  });

  it('joins the catalogues of all slices, and refuses two owners of one name', () => {
    const other = new EventCatalogue({ PlanDropped: eventType({ recorded: 'x', fields: {} }) });
    const all = EventCatalogue.union(catalogue, other);
    expect(['PlanAdopted', 'PlanDropped', 'PlanLost', 'toString'].map((type) => all.has(type))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(() => EventCatalogue.union(catalogue, other, catalogue)).toThrow('Two slices record the event type');
  });

  it('checks events before they are recorded', () => {
    expect(() => catalogue.assertValid({ type: 'PlanAdopted', data: { title: 'x' } })).toThrow('PlanAdopted.pages is');
    expect(() => catalogue.assertValid({ type: 'PlanLost', data: {} })).toThrow('is in no catalogue');
  });
});
