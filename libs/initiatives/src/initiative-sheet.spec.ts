import { readSheet, sheetMapping } from './initiative-sheet.js';
import { initiativesApp } from './testing/initiatives-app.js';

const mapping = {
  name: 'Initiative',
  focusAreas: 'Area',
  tiers: 'Tier',
  annualCost: 'Cost',
  fidelityMeasure: 'Fidelity',
};
const heads = 'Initiative,Area,Tier,Cost,Fidelity,status';

describe('a sheet of initiatives', () => {
  it('R-32 gives one initiative a row, written as people write', () => {
    const { entries, refused } = readSheet(
      `${heads}\nCheck-in,"SEBH; literacy",Tier 2,"$12,500.50",none,planned`,
      mapping,
    );
    expect(refused).toEqual([]);
    expect(entries).toMatchObject([
      {
        ...{ line: 2, name: 'Check-in', status: 'PLANNED' },
        description: {
          ...{ focusAreas: ['SEBH', 'LITERACY'], tiers: ['TIER_2'], annualCost: 1_250_050 },
          ...{ fidelityMeasure: { state: 'NOT_MEASURED' }, outcomeMeasure: { state: 'UNKNOWN' } },
        },
      },
    ]);
  });

  it.each([
    [',SEBH,,,,', 'The name is missing.'],
    ['x,Behavior,,,,', /focusAreas "Behavior" is none of SEBH/],
    ['x,,Tier 9,,,', /tiers "Tier 9" is none of/],
    ['x,,,much,,', /is not an amount in dollars/],
    ['x,,,,,ended', /status "ended" is none of PLANNED, ACTIVE/],
  ])('names what is wrong with the row %s', (row, reason) => {
    const { entries, refused } = readSheet(`${heads}\n${row}`, mapping);
    expect(entries).toEqual([]);
    expect(refused[0]!.reason).toMatch(reason);
  });

  it('R-33 a name that stands twice is taken once', () => {
    const { entries, refused } = readSheet('name\nCheck-in\nCHECK-IN', {});
    expect(entries).toHaveLength(1);
    expect(refused).toEqual([{ line: 3, name: 'CHECK-IN', reason: 'Line 2 has the same name. Keep one of the two.' }]);
  });

  it.each(['not json', '[]', '{"names":"x"}', '{"name":1}'])('a mapping that cannot be used is refused: %s', (json) => {
    expect(() => sheetMapping(json)).toThrow(expect.objectContaining({ code: 'MAPPING_INVALID' }));
  });
});

describe('bringing it in', () => {
  let app: Awaited<ReturnType<typeof initiativesApp>>;
  beforeEach(async () => {
    app = await initiativesApp();
  });
  afterEach(() => app.close());

  const fields = 'recorded unchanged kept refused lines { line name outcome reason }';
  const bring = (csv: string, more: object = {}) =>
    app.mutate('importInitiatives', { organisation: 'ZZ-90', csv, mapping: JSON.stringify(mapping), ...more }, fields);
  const file = `${heads}\nCheck-in,SEBH,Tier 2,,,\nMentors,SEBH,,,none,\nBad,Nowhere,,,,`;

  it('R-93 reports row by row, records once, and the same sheet again records nothing', async () => {
    const dry = await bring(file, { dryRun: true });
    expect(dry).toMatchObject({ entity: { recorded: 2, refused: 1 }, receipt: null });
    const idempotencyKey = 'sheet-of-lakeside';
    const first = await bring(file, { idempotencyKey });
    expect(first['entity'].lines.map(({ outcome }: any) => outcome)).toEqual(['RECORDED', 'RECORDED', 'REFUSED']);
    expect(first['receipt'].eventIds).toHaveLength(4);
    const again = await bring(file);
    expect(again).toMatchObject({ entity: { recorded: 0, unchanged: 2, refused: 1 }, receipt: null });
    const resent = await bring(file, { idempotencyKey });
    expect(resent['receipt']).toEqual({ eventIds: first['receipt'].eventIds, replayed: true });
  });

  it('takes what is new over what it said before, and leaves alone what was described by hand', async () => {
    await bring(file);
    const changed = await bring(`${heads}\nCheck-in,,Tier 3,,,`);
    expect(changed['entity']).toMatchObject({ recorded: 1 });
    const list =
      'query { initiatives(organisation: "ZZ-90") { nodes { id description { name focusAreas tiers statement { eventId } } } } }';
    const { data } = await app.ask(list);
    const [node] = data!['initiatives'].nodes;
    expect(node.description).toMatchObject({ name: 'Check-in', focusAreas: ['SEBH'], tiers: ['TIER_3'] });
    const byHand = {
      initiative: node.id,
      description: { name: 'Check-in' },
      basedOn: node.description.statement.eventId,
    };
    await app.mutate('describeInitiative', byHand, 'id');
    const kept = await bring(`${heads}\nCheck-in,LITERACY,,,,`);
    expect(kept['entity']).toMatchObject({ kept: 1, lines: [{ outcome: 'KEPT' }] });
    expect(kept['entity'].lines[0].reason).toMatch(/by hand at .* in the role COORDINATOR/);
  });

  it('R-82 a sheet about single pupils is refused whole', async () => {
    const refused = await app.mutate(
      'importInitiatives',
      { organisation: 'ZZ-90', csv: 'name,Student ID\nCheck-in,7' },
      fields,
    );
    expect(refused['userErrors']).toMatchObject([{ code: 'STUDENT_DATA', rule: 'R-82' }]);
  });
});
