import type { Findings } from './question.js';
import { openCycles } from './open-cycles.question.js';

/** Cycles with one answer and one owner each; `reads` counts how often their rows are looked at. */
function loadedCycles(count: number) {
  const counter = { reads: 0 };
  const counting = <R extends object>(row: R): R =>
    new Proxy(row, {
      get(target, name) {
        counter.reads += 1;
        return Reflect.get(target, name) as unknown;
      },
    });
  const rows = <R extends object>(more: R) =>
    Array.from({ length: count }, (_, index) =>
      counting({ subject: `district ${index}`, school_year: '2025-26', lineage: 'mimtss-district', cycle: 1, ...more }),
    );
  const loaded = {
    known: count,
    cycles: rows({ question_set: 'mimtss-district' }),
    answered: rows({ item: 'DN3' }),
    owners: rows({ item: 'DN2', owner_role: 'COORDINATOR', due_on: null }),
    countyNeeds: rows({}),
    commitments: rows({}),
  };
  return { counter, loaded };
}

function answered(count: number): { findings: Findings; reads: number } {
  const { counter, loaded } = loadedCycles(count);
  return { findings: openCycles.answer(loaded, {}), reads: counter.reads };
}

describe('open cycles', () => {
  it('looks at each row as often among many cycles as among few', () => {
    const [few, many] = [answered(50), answered(500)];
    expect(few.reads).toBeGreaterThan(50);
    expect(many.reads).toBe(few.reads * 10);
  });

  it('R-11 finds the gaps of each of many cycles, with the role that has to see to them', () => {
    const { figures, items } = answered(500).findings;
    expect(figures[0]).toMatchObject({ name: 'open-cycles', value: 500 });
    const gaps = figures.slice(1).map(({ value }) => value!);
    expect(new Set(gaps).size).toBe(1);
    expect(gaps[0]).toBeGreaterThan(0);
    expect(items).toHaveLength(500 * gaps[0]!);
    const [first] = items.filter(({ fields }) => fields['item'] === 'DN2');
    expect(first!.fields).toMatchObject({ organisation: 'district 0', ownerRole: 'COORDINATOR' });
    expect(items.filter(({ fields }) => fields['item'] === 'DN3')).toEqual([]);
  });
});
