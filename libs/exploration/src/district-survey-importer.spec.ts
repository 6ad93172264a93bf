import { explorationApp } from './testing/exploration-app.js';

let app: Awaited<ReturnType<typeof explorationApp>>;
beforeAll(async () => {
  app = await explorationApp();
});
afterAll(() => app.close());

describe('a survey brought in over GraphQL', () => {
  it('brings in a survey once: dry run, report per row, no effect the second time', async () => {
    const csv = [
      'district,date,focusArea,answer,supportType,amount',
      '90020,2025-09-25,LITERACY,NEED,TRAINING,LIGHT',
      '91010,2025-09-25,LITERACY,NEED,,',
      '99999,2025-09-25,LITERACY,NEED,,',
      '90010,25.9.2025,LITERACY,NEED,,',
    ].join('\n');
    const input = { agency: 'ZZ-90', schoolYear: '2025-26', csv };
    const fields = 'dryRun rows recorded unchanged kept refused lines { line district outcome reason }';
    const before = (await app.head()).position;
    const dry = await app.mutate('importDistrictSurvey', { ...input, dryRun: true }, fields);
    expect(dry['entity']).toMatchObject({ dryRun: true, rows: 4, recorded: 1, refused: 3 });
    expect((await app.head()).position).toBe(before);
    const real = await app.mutate('importDistrictSurvey', input, fields);
    expect(real['entity'].lines).toMatchObject([
      { line: 2, outcome: 'RECORDED' },
      { line: 3, outcome: 'REFUSED', reason: '91010 is not a district of this agency.' },
      { line: 4, outcome: 'REFUSED' },
      { line: 5, outcome: 'REFUSED' },
    ]);
    const position = (await app.head()).position;
    const again = await app.mutate('importDistrictSurvey', input, fields);
    expect(again['entity']).toMatchObject({ recorded: 0, unchanged: 1, refused: 3 });
    expect((await app.head()).position).toBe(position);
    const shown = `needs { focusArea answer statement { eventId } }`;
    const { data } = await app.ask(`{ districtRequests(district: "ZZ-90020", schoolYear: "2025-26") { ${shown} } }`);
    const { eventId } = data!['districtRequests'].needs[0].statement;
    const district = { district: 'ZZ-90020', schoolYear: '2025-26' };
    const correction = { ...district, corrects: eventId, reason: 'rows were swapped' };
    const cells = [{ focusArea: 'LITERACY', answer: 'NO_NEED' }];
    const corrected = await app.mutate('correctDistrictNeed', { ...correction, cells }, shown);
    const right = (await app.head()).position;
    const undone = await app.mutate('importDistrictSurvey', input, fields, 'ISD_LEADER');
    const kept = {
      line: 2,
      outcome: 'KEPT',
      reason: expect.stringMatching(/^LITERACY was corrected by hand/) as string,
    };
    expect(undone).toMatchObject({ entity: { recorded: 0, kept: 1, lines: [kept, {}, {}, {}] }, receipt: null });
    const foreseen = await app.mutate('importDistrictSurvey', { ...input, dryRun: true }, fields);
    expect(foreseen['entity']).toMatchObject({ recorded: 0, kept: 1 });
    const withdrawal = { ...district, corrects: corrected['entity'].needs[0].statement.eventId, reason: 'not theirs' };
    expect(await app.mutate('withdrawDistrictNeed', withdrawal, shown)).toMatchObject({ entity: { needs: [] } });
    const afterwards = await app.mutate('importDistrictSurvey', input, fields);
    expect(afterwards['entity']).toMatchObject({ recorded: 0, kept: 1 });
    expect((await app.head()).position).toBe(right + 1);
    const pupils = await app.mutate('importDistrictSurvey', { ...input, csv: 'student id,district\n1,2' }, fields);
    expect(pupils['userErrors']).toMatchObject([{ code: 'STUDENT_DATA', rule: 'R-82' }]);
  });

  it('says what is new or changed in a grown file, leaves alone what was corrected by hand, and names every event', async () => {
    const heading = 'district,date,focusArea,answer,strength,supportType,amount';
    const district = { district: 'ZZ-90010', schoolYear: '2025-26' };
    const first = ['90010,2025-09-25,LITERACY,NEED,3,,', '90010,2025-09-25,SEBH,NEED,2,COACHING,LIGHT'];
    const bring = (rows: readonly string[], more: object = {}) => {
      const input = { agency: 'ZZ-90', schoolYear: '2025-26', csv: [heading, ...rows].join('\n'), ...more };
      return app.mutate('importDistrictSurvey', input, 'recorded unchanged kept refused lines { line outcome reason }');
    };
    const recorded = await bring(first);
    expect(recorded['entity']).toMatchObject({ recorded: 2 });
    const [stated, asked] = recorded['receipt'].eventIds;
    expect(recorded['receipt'].eventIds).toHaveLength(2);
    const cells = [
      { focusArea: 'LITERACY', answer: 'NO_NEED' },
      { focusArea: 'SEBH', answer: 'NEED', strength: 2 },
    ];
    const right = await app.mutate(
      'correctDistrictNeed',
      { ...district, corrects: stated, cells, reason: 'swapped' },
      'id',
    );
    const grown = [
      first[0]!,
      '90010,2025-09-25,SEBH,NEED,5,COACHING,LIGHT',
      '90010,2025-09-25,PYRAMID_MODEL,UNKNOWN,,,',
      '90010,2025-10-02,SEBH,NO_NEED,,TRAINING,NONE',
    ];
    const outcomes = ['KEPT', 'RECORDED', 'RECORDED', 'RECORDED'];
    const foreseen = await bring(grown, { dryRun: true });
    expect(foreseen['entity'].lines.map((line: any) => line.outcome)).toEqual(
      outcomes.map((outcome) => outcome.replace('RECORDED', 'WOULD_RECORD')),
    );
    const second = await bring(grown);
    expect(second['entity'].lines.map((line: any) => line.outcome)).toEqual(outcomes);
    expect(second['entity'].lines[0].reason).toContain('LITERACY was corrected by hand');
    const shown = 'needs { focusArea answer strength statement { eventId } } requests { statement { eventId } }';
    const { data } = await app.ask(`{ districtRequests(district: "ZZ-90010", schoolYear: "2025-26") { ${shown} } }`);
    const { needs, requests } = data!['districtRequests'];
    const need = (area: string) => needs.find(({ focusArea }: any) => focusArea === area);
    expect(need('LITERACY')).toMatchObject({ answer: 'NO_NEED', statement: { eventId: right['receipt'].eventIds[0] } });
    expect(need('SEBH')).toMatchObject({ answer: 'NO_NEED' });
    expect(requests.map(({ statement }: any) => statement.eventId)).toContain(asked);
    // The needs of two days, the follow-up that the unknown one opens, and the request of the later day.
    const { eventIds } = second['receipt'];
    expect(eventIds).toHaveLength(4);
    expect(eventIds).toEqual(
      expect.arrayContaining([need('PYRAMID_MODEL'), need('SEBH')].map((n) => n.statement.eventId)),
    );
    const { position } = await app.head();
    expect(await bring(grown)).toMatchObject({ entity: { recorded: 0, unchanged: 3, kept: 1 }, receipt: null });
    expect(await bring(first)).toMatchObject({ entity: { recorded: 0 }, receipt: null });
    expect((await app.head()).position).toBe(position);
  });
});

describe('a survey for an organisation that is no service agency', () => {
  it.each(['ZZ-90010', 'ZZ-77'])('such as %s is refused as a whole, with what to give', async (agency) => {
    const csv = 'district,date,focusArea,answer\n90010,2025-09-25,SEBH,NEED\n90020,2025-09-25,LITERACY,NEED';
    const head = await app.head();
    for (const dryRun of [true, false]) {
      const input = { agency, schoolYear: '2025-26', csv, dryRun };
      expect(await app.mutate('importDistrictSurvey', input, 'recorded')).toMatchObject({
        entity: null,
        userErrors: [{ code: 'ORGANISATION_UNKNOWN', path: ['agency'], message: expect.stringContaining('MI-03') }],
      });
    }
    expect(await app.head()).toEqual(head);
  });
});

describe('R-93 a survey sent again', () => {
  it('gives the receipt of what it recorded, while the right holds and after it, and nothing to whoever sends another', async () => {
    const own = await explorationApp();
    const csv = 'district,date,focusArea,answer\n90010,2025-09-25,SEBH,NEED\n90020,2025-09-25,LITERACY,NEED';
    const input = { agency: 'ZZ-90', schoolYear: '2025-26', csv, idempotencyKey: 'survey-once' };
    const first = await own.mutate('importDistrictSurvey', input, 'recorded');
    const head = await own.head();
    const held = await own.mutate('importDistrictSurvey', input, 'recorded unchanged');
    const receipt = { ...first['receipt'], replayed: true };
    expect(held).toEqual({ entity: { recorded: 0, unchanged: 2 }, receipt, userErrors: [] });
    own.endGrants();
    const again = await own.mutate('importDistrictSurvey', input, 'recorded');
    expect(again).toEqual({ entity: null, receipt, userErrors: [] });
    const other = own.mutate('importDistrictSurvey', { ...input, schoolYear: '2024-25' }, 'recorded');
    await expect(other).rejects.toThrow('FORBIDDEN');
    expect(await own.head()).toEqual(head);
    await own.close();
  });
});
