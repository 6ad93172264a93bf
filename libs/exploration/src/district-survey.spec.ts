import { DomainError } from '@waymark/kernel';
import { readSurvey, surveyMapping } from './district-survey.js';

const heading = 'district,date,focusArea,answer,strength,supportType,amount';
const survey = (...rows: string[]) => [heading, ...rows].join('\n');

function refusal(act: () => unknown): DomainError {
  try {
    act();
  } catch (error) {
    return error as DomainError;
  }
  throw new Error('It was accepted');
}

describe('a survey of districts', () => {
  it('gathers the rows of a district and day into one entry', () => {
    const plan = readSurvey(
      survey(
        '90010,2025-09-20,SEBH,NEED,4,TRAINING,LIGHT',
        '90010,2025-09-20,SEBH,NEED,4,COACHING,MODERATE',
        '90020,2025-09-20,LITERACY,UNKNOWN,,,',
      ),
      {},
    );
    expect(plan.refused).toEqual([]);
    expect(plan.entries).toMatchObject([
      {
        district: '90010',
        needs: [{ focusArea: 'SEBH', answer: 'NEED', strength: 4 }],
        requests: [{ supportType: 'TRAINING' }, { supportType: 'COACHING', amount: 'MODERATE' }],
        lines: [{ line: 2 }, { line: 3 }],
      },
      { district: '90020', needs: [{ answer: 'UNKNOWN' }], requests: [], lines: [{ line: 4 }] },
    ]);
  });
  it('reads columns by a mapping, and keeps leading zeros', () => {
    const mapping = surveyMapping('{"district":"DCODE","focusArea":"Area","date":"When"}');
    const plan = readSurvey('\uFEFFDCODE,When,Area,answer\n03010,2025-09-20,SEBH,NO_NEED\n', mapping);
    expect(plan.entries[0]).toMatchObject({ district: '03010', needs: [{ answer: 'NO_NEED' }] });
  });
  it('names the lines of the file, empty ones counted', () => {
    const plan = readSurvey(survey('', '90010,2025-09-20,SEBH,NEED,4,,', '', '90010,soon,SEBH,NEED,4,,'), {});
    expect(plan.entries[0]!.lines).toEqual([{ line: 3, need: 'SEBH', request: undefined }]);
    expect(plan.refused.map(({ line }) => line)).toEqual([5]);
  });
  it.each([
    ['90010,20.9.2025,SEBH,NEED,4,,', /not a date/],
    ['90010,2025-09-20,MATH,NEED,4,,', /focusArea "MATH" is none of/],
    ['90010,2025-09-20,SEBH,MAYBE,4,,', /answer "MAYBE"/],
    ['90010,2025-09-20,SEBH,NEED,7,,', /1 to 5/],
    ['90010,2025-09-20,SEBH,,,TRAINING,', /amount/],
    ['90010,2025-09-20,SEBH,,,,', /neither/],
    [',2025-09-20,SEBH,NEED,4,,', /district is missing/],
  ])('says why it does not take the row %s', (row, reason) => {
    const plan = readSurvey(survey(row, '90020,2025-09-20,SEBH,NEED,4,,'), {});
    expect(plan.refused).toEqual([
      expect.objectContaining({ line: 2, reason: expect.stringMatching(reason) as string }),
    ]);
    expect(plan.entries).toHaveLength(1);
  });
  it('takes the first of two rows that contradict each other, and reports the second', () => {
    const plan = readSurvey(survey('90010,2025-09-20,SEBH,NEED,4,,', '90010,2025-09-20,SEBH,NO_NEED,,,'), {});
    expect(plan.entries[0]!.needs).toMatchObject([{ answer: 'NEED' }]);
    expect(plan.refused).toMatchObject([{ line: 3, reason: expect.stringContaining('something else') as string }]);
  });
  it('R-82 refuses a file with a column about single pupils', () => {
    for (const column of ['Student ID', 'UIC', 'pupil_name', 'date of birth', 'studentid']) {
      const error = refusal(() => readSurvey(`${heading},${column}\n90010,2025-09-20,SEBH,NEED,4,,,1`, {}));
      expect([error.code, error.rule]).toEqual(['STUDENT_DATA', 'R-82']);
    }
  });
  it.each([
    ['', 'FILE_EMPTY', /is empty/],
    [heading, 'FILE_EMPTY', /no row below/],
    ['district,date\n90010,2025-09-20', 'COLUMN_MISSING', /"focusArea"/],
    ['district,date,focusArea\n90010,2025-09-20,SEBH', 'SURVEY_UNREADABLE', /answer or supportType/],
    [`${heading},answer\n90010,2025-09-20,SEBH,NEED,4,,,NEED`, 'COLUMN_REPEATED', /twice/],
    [`${heading}\n"90010,2025-09-20`, 'FILE_MALFORMED', /as CSV/],
    [`${heading}\n90010,2025-09-20,\uFFFD,NEED,4,,`, 'FILE_NOT_UTF8', /not UTF-8/],
  ])('a file that cannot be read is refused as a whole (%#)', (csv, code, message) => {
    const error = refusal(() => readSurvey(csv, {}));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
  it('a mapping must name fields and columns that exist', () => {
    expect(refusal(() => surveyMapping('{')).message).toMatch(/not JSON/);
    expect(refusal(() => surveyMapping('{"town":"x"}')).message).toMatch(/names the field town/);
    expect(refusal(() => surveyMapping('{"district":1}')).message).toMatch(/not the name of a column/);
    expect(refusal(() => readSurvey(survey('90010,2025-09-20,SEBH,NEED,4,,'), { note: 'Remarks' })).message).toMatch(
      /"Remarks"/,
    );
  });
});
