import { InputType } from '@nestjs/graphql';
import { IsDefined, ValidateNested, validateSync } from 'class-validator';
import fc from 'fast-check';
import { Amount, Code, Day, EventRef, Switch, Whole } from './input-fields.js';
import { InputShape } from './input-shape.js';
import { GlobalId, MutationInput, Nested, Text } from './inputs.js';

@InputType()
class CellInput {
  @Code({ RED: 'RED', BLUE: 'BLUE' }, { description: 'Colour.' })
  colour!: string;

  @Whole(1, 5, { description: 'Strength.', nullable: true })
  strength?: number;

  @EventRef({ description: 'What was seen.', nullable: true })
  basedOn?: string;
}

@InputType()
class TrialInput extends MutationInput {
  @Text(10, { description: 'Name.' })
  name!: string;

  @Text(5, { description: 'Names.', nullable: true, list: true })
  others?: string[];

  @Nested(() => CellInput, { description: 'One.', nullable: true })
  one?: CellInput;

  @Nested(() => CellInput, { description: 'Cells.', list: { max: 2 } })
  cells!: CellInput[];

  @GlobalId({ description: 'Ids.', nullable: true, list: { max: 2 } })
  ids?: string[];

  @Code({ A: 'A', B: 'B' }, { description: 'Codes.', nullable: true, list: 2 })
  codes?: string[];

  @Day({ description: 'Day.', nullable: true })
  on?: string;

  @Amount({ description: 'Amount.', nullable: true })
  amount?: number;

  @Switch({ description: 'Switch.' })
  isOn?: boolean;
}

const EVENT = '11111111-2222-3333-4444-555555555555';
/** A member that usually holds, and sometimes is something else altogether. */
const mostly = <T>(fit: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 12, arbitrary: fit },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, '', 7, 'x', true, [], {}, [7]) },
  );
const left = <T>(fit: fc.Arbitrary<T>) => fc.option(mostly(fit), { nil: undefined });
const cell = fc.record({
  colour: mostly(fc.constantFrom('RED', 'BLUE')),
  strength: left(fc.integer({ min: 0, max: 6 })),
  basedOn: left(fc.constantFrom(EVENT, 'no event')),
});
const trial = fc.record({
  idempotencyKey: mostly(fc.constantFrom('a key of some length', 'short')),
  name: mostly(fc.constantFrom('North', 'a name too long', ' ', 'tab\tstop', 'bell\u0007', 'half \ud83d', 'fünf')),
  others: left(fc.array(fc.constantFrom('a', 'bb', 'too long'), { maxLength: 3 })),
  one: left(cell),
  cells: mostly(fc.array(mostly(cell), { maxLength: 3 })),
  ids: left(fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 })),
  codes: left(fc.array(fc.constantFrom('A', 'B', 'C'), { maxLength: 3 })),
  on: left(fc.constant('2025-10-15')),
  amount: left(fc.double({ min: -1, max: 2_000_000, noNaN: true })),
  isOn: left(fc.boolean()),
});
const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
};

describe('the shape of an input class', () => {
  const shape = InputShape.of(TrialInput);

  it('accepts what class-validator accepts, and nothing else', () => {
    const verdicts = new Set<boolean>();
    fc.assert(
      fc.property(trial, (value) => {
        const built = shape.built(value);
        const isSound = textsOf(value).every((text) => !['bell\u0007', 'half \ud83d'].includes(text));
        const holds = isSound && validateSync(built, { forbidUnknownValues: false }).length === 0;
        verdicts.add(holds);
        expect(shape.accepted(value)).toEqual(holds ? built : undefined);
      }),
      { numRuns: 2_000 },
    );
    expect([...verdicts].sort()).toEqual([false, true]);
  });

  it('builds the classes, and leaves out what says nothing', () => {
    const cells = [{ colour: 'RED', strength: null, basedOn: EVENT }];
    const given = { idempotencyKey: 'a key of some length', name: 'North', others: null, one: undefined, cells };
    const input = shape.accepted(given) as TrialInput;
    expect(input).toBeInstanceOf(TrialInput);
    expect(input.cells[0]).toBeInstanceOf(CellInput);
    expect(Object.keys(input)).toEqual(['idempotencyKey', 'name', 'cells']);
    expect(Object.keys(input.cells[0]!)).toEqual(['colour', 'basedOn']);
    expect(cells[0]).toHaveProperty('strength', null);
  });

  it('leaves texts beyond the usual length to be looked at', () => {
    const given = { idempotencyKey: 'a key of some length', name: 'North', cells: [], on: 'x'.repeat(20_001) };
    expect(shape.accepted(given)).toBeUndefined();
  });

  it('leaves a class alone that has a rule it does not know, itself or within', () => {
    class Defined {
      @IsDefined()
      name!: string;
    }
    class Loose {
      @ValidateNested()
      inner!: object;
    }
    class Around {
      @Nested(() => Defined, { description: 'Within.' })
      inner!: Defined;
    }
    const known = [Defined, Loose, Around, CellInput].map((input) => InputShape.of(input).isKnown);
    expect(known).toEqual([false, false, false, true]);
    expect(InputShape.of(Defined).accepted({ name: 'x' })).toBeUndefined();
  });
});
