import { EventCatalogue, eventType } from '../event-catalogue.js';
import { list, optional, plain, sealed, struct, variant } from '../event-schema.js';
import { brokenLines, examplesOf, missingExamples, undecodable, withExamples } from './golden.js';

const noted = {
  personId: plain.id(),
  name: optional(sealed.text(100)),
  on: plain.date(),
  length: plain.text(10),
  kind: plain.oneOf(['SHORT', 'LONG']),
  parts: list(struct({ value: variant({ TEXT: { text: plain.text() }, COUNT: { count: plain.integer() } }) })),
  answer: variant({ GIVEN: { text: plain.text() }, REFUSED: { reason: plain.code() } }),
};
const catalogue = new EventCatalogue({
  Noted: eventType({
    recorded: 'A note is taken.',
    version: 2,
    fields: noted,
    upcasts: { 1: (data) => ({ ...data, kind: 'SHORT' }) },
  }),
});
const [example] = examplesOf(catalogue.types.Noted);
const { kind: _, ...first } = example!;
const lines = withExamples(
  [],
  [
    { type: 'Noted', schemaVersion: 1, data: first },
    { type: 'Noted', schemaVersion: 2, data: example! },
  ],
);

describe('golden files of stored events', () => {
  it('draws examples that fit: every variant with all members, and one without the optional members', () => {
    const examples = examplesOf(catalogue.types.Noted);
    for (const data of examples) expect(() => catalogue.assertValid({ type: 'Noted', data })).not.toThrow();
    expect(examples.map((data) => (data['answer'] as { kind: string }).kind)).toEqual(['GIVEN', 'REFUSED', 'GIVEN']);
    expect(examples.map((data) => 'name' in data)).toEqual([true, true, false]);
  });

  it('accepts lines that decode, old versions through their upcasters', () => {
    expect([missingExamples(catalogue, lines), undecodable(catalogue, lines), brokenLines(lines)]).toEqual([
      [],
      [],
      [],
    ]);
  });

  it('misses a version that has no example', () => {
    expect(missingExamples(catalogue, lines.slice(0, 1))).toEqual(['Noted v2']);
    expect(missingExamples(catalogue, lines.slice(1))).toEqual(['Noted v1']);
  });

  it('names a line that the catalogue cannot read any more', () => {
    const broken = [{ ...lines[1]!, data: { ...lines[1]!.data, on: 'yesterday' } }];
    expect(undecodable(catalogue, broken)[0]).toContain('.on is not a date');
  });

  it('notices a line that was edited, moved or removed', () => {
    const edited = [{ ...lines[0]!, data: { ...first, length: 'other' } }, lines[1]!];
    expect(brokenLines(edited)).toEqual(['line 1 (Noted v1) was changed']);
    expect(brokenLines([lines[1]!, lines[0]!])).toEqual(['line 1 (Noted v2) was changed']);
    expect(brokenLines(lines.slice(1))).toEqual(['line 1 (Noted v2) was changed']);
  });
});
