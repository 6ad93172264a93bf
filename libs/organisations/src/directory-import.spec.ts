import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCsvFile } from '@waymark/nest-kit';
import { planDirectoryImport } from './directory-import.js';
import { columnsTaken, type DirectoryMapping, parseMapping, readMapping } from './directory-mapping.js';
import { bundledDirectory, bundledMapping } from './directory-mappings.js';
import type { FindingKind } from './directory-report.js';

const folder = join(process.cwd(), 'directories');
const mappingOf = (state: string) => parseMapping(readFileSync(join(folder, state, 'mapping.json'), 'utf8'));
const michigan = mappingOf('mi');
const sample = mappingOf('zz');

const header = 'Agency Code,Agency Name,District Code,District,School Code,School,City,Grade Levels';
const csv = (...rows: string[]) => Buffer.from([header, ...rows].join('\n'));
const read = (bytes: Uint8Array, mapping: DirectoryMapping = sample) => readCsvFile(bytes, columnsTaken(mapping));
const plan = (bytes: Uint8Array, mapping: DirectoryMapping = sample) =>
  planDirectoryImport({ file: read(bytes, mapping), mapping, known: [] });
const findings = (bytes: Uint8Array, what: FindingKind, mapping: DirectoryMapping = sample) =>
  plan(bytes, mapping).report.lines.filter((line) => line.what === what);
const row = 'A1,Lakeshore ESA,10,Harbor,1,Elementary,Town,KG';

function refusal(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    const { code, rule } = error as { code: string; rule?: string };
    return rule === undefined ? code : `${code} ${rule}`;
  }
  return 'taken';
}

describe('the Michigan directory as it is', () => {
  const file = read(readFileSync(join(folder, 'mi/entities.csv')), michigan);
  const { report, commands } = planDirectoryImport({ file, mapping: michigan, known: [] });

  it('is counted: rows, agencies, districts, schools, and what stands under nobody', () => {
    const { rows, agencies, districts, schools, unplaced, unchanged } = report;
    expect({ rows, agencies, districts, schools, unplaced, unchanged }).toEqual({
      ...{ rows: 4165, agencies: 56, districts: 801, schools: 3749 },
      // 14 schools with a district name alone and 9 of the company NHA
      ...{ unplaced: 23, unchanged: 0 },
    });
    expect(commands).toHaveLength(56 + 801 + 3749 + 2);
  });

  it('has each of its faults reported, with exact counts', () => {
    expect(report.summary).toEqual([
      { what: 'COLUMN_NOT_TAKEN', lines: 2, codes: 0 },
      { what: 'DATE_NOT_STATED', lines: 1, codes: 0 },
      { what: 'ZEROS_RESTORED', lines: 4156, codes: 3740 },
      { what: 'SURPLUS_ROW', lines: 416, codes: 237 },
      { what: 'OTHER_NAME', lines: 22, codes: 21 },
      { what: 'NO_DISTRICT', lines: 238, codes: 237 },
      { what: 'DISTRICT_NAME_WITHOUT_CODE', lines: 17, codes: 14 },
      { what: 'SPECIAL_DISTRICT_CODE', lines: 12, codes: 12 },
      { what: 'TWO_AGENCIES', lines: 1, codes: 1 },
      { what: 'CODE_WITH_LETTERS', lines: 7, codes: 7 },
      { what: 'CODE_OF_OTHER_LENGTH', lines: 2, codes: 2 },
      { what: 'LABEL_OPEN', lines: 803, codes: 803 },
    ]);
  });

  const registered = (code: string) => {
    const found = commands.find((command) => command.code === code);
    if (found?.type !== 'REGISTER') throw new Error(`${code} is not registered`);
    return found.data;
  };

  it('R-01 gets its leading zeros back', () => {
    expect(registered('MI-03')).toMatchObject({ name: 'Allegan Area Educational Service Agency', label: 'ESA' });
    expect(registered('MI-03010')).toMatchObject({
      name: 'Plainwell Community Schools',
      parent: { name: registered('MI-03').name },
    });
    expect(registered('MI-SCHOOL-06730')).toMatchObject({ identifiers: [{ scheme: 'MI_BUILDING', value: '06730' }] });
    for (const command of commands) {
      if (command.type !== 'REGISTER') continue;
      for (const { scheme, value } of command.data.identifiers) {
        if (scheme === 'MI_ISD') expect(value).toMatch(/^\d{2}$/);
        if (scheme === 'MI_DISTRICT' || scheme === 'MI_BUILDING') expect(value).toMatch(/^\d{5}$/);
      }
    }
  });

  it('R-05 schools without a district stand under their agency; with a district name alone under nobody', () => {
    expect(registered('MI-SCHOOL-06730').parent).toMatchObject({ kind: 'SERVICE_AGENCY' });
    expect(registered('MI-SCHOOL-01964').parent).toBeUndefined();
    expect(registered('MI-SCHOOL-08719').parent).toBeUndefined();
    expect(registered('MI-SCHOOL-CCRESA-EI')).toMatchObject({
      identifiers: [{ scheme: 'LOCAL', value: 'CCRESA-EI' }],
      parent: { name: 'Clinton County RESA' },
    });
  });

  it('R-03 41922 stands where the mapping puts it, else under nobody, with a line for each of its rows', () => {
    expect(registered('MI-41922').parent).toMatchObject({ name: 'Kent ISD' });
    const undecided = planDirectoryImport({ file, mapping: { ...michigan, districts: [] }, known: [] });
    const command = undecided.commands.find(({ code }) => code === 'MI-41922');
    expect(command).toMatchObject({ type: 'REGISTER', data: { parent: undefined } });
    expect(undecided.report.lines.filter(({ what }) => what === 'TWO_AGENCIES')).toHaveLength(9);
    expect(undecided.report.unplaced).toBe(24);
  });

  it('gives no district a label, whatever its code looks like', () => {
    const districts = commands.filter((command) => command.type === 'REGISTER' && command.data.kind === 'DISTRICT');
    expect(districts.map((command) => command.type === 'REGISTER' && command.data.label)).toEqual(
      Array.from({ length: 801 }, () => undefined),
    );
  });

  it('has a line for every row that is not taken as it stands, and no coordinates in any command', () => {
    expect(JSON.stringify(commands)).not.toContain('42.535868');
    const lines = new Set(report.lines.map((line) => line.row));
    const asTheyStand = file.rows.filter(({ row: line }) => !lines.has(line));
    for (const { cells } of asTheyStand) {
      expect([cells['ISD Code'], cells['District Code'], cells['School Code']].join(' ')).toMatch(
        /^\d{2} \d{5} \d{5}$/,
      );
    }
    expect(file.rows.at(-1)!.row).toBe(4166);
  });
});

describe('what a directory may hold', () => {
  const es = 'A1,Lakeshore ESA';

  it('reports two names of a code once per row, and takes the first', () => {
    const bytes = csv(`${es},10,Harbor,1,Upper,Town,KG`, `${es},10,Harbor,1,Lower,Town,KG`);
    expect(findings(bytes, 'OTHER_NAME')).toMatchObject([{ row: 3, code: 'ZZ-SCHOOL-00001' }]);
    expect(plan(bytes).commands.at(-1)).toMatchObject({ data: { name: 'Upper' } });
  });

  it('R-05 leaves a school under nobody when its rows name two districts', () => {
    const bytes = csv(`${es},10,Harbor,1,Upper,Town,KG`, `${es},20,Dune,1,Upper,Town,KG`);
    expect(findings(bytes, 'TWO_DISTRICTS')).toMatchObject([{ row: 3 }]);
    expect(plan(bytes).report.unplaced).toBe(1);
  });

  it('reports particulars that differ between rows of one code', () => {
    const bytes = csv(`${es},10,Harbor,1,Upper,Town,KG`, `${es},10,Harbor,1,Upper,Elsewhere,KG`);
    expect(findings(bytes, 'ROWS_DISAGREE')).toMatchObject([{ row: 3 }]);
  });

  it('refuses single rows that cannot be read, and says why', () => {
    const bytes = csv(row, 'A1,Lakeshore ESA,10,Harbor,,Nameless,Town,KG', ',No Code,10,Harbor,2,School,Town,KG');
    const control = csv(row, 'A1,Lakeshore ESA,10,Harbor,3,Sch\u0007ool,Town,KG');
    expect(findings(bytes, 'ROW_REFUSED').map((line) => line.row)).toEqual([3, 4]);
    expect(findings(control, 'ROW_REFUSED')).toMatchObject([{ row: 3, why: 'A cell holds control characters.' }]);
    expect(plan(bytes).report.schools).toBe(1);
  });

  it('leaves an undecided special code under nobody', () => {
    const bytes = csv('A1,Lakeshore ESA,???,Harbor,1,School,Town,KG');
    expect(findings(bytes, 'SPECIAL_DISTRICT_CODE')).toMatchObject([
      { row: 2, done: 'Registered, placed under nobody.' },
    ]);
  });

  it('reports columns that the mapping does not name', () => {
    const bytes = Buffer.from(`${header},Enrolment\n${row},300`);
    expect(findings(bytes, 'COLUMN_NOT_TAKEN')).toMatchObject([{ row: null, code: '' }]);
  });

  it('takes a byte order mark, quoted line breaks and blank lines, and still names the right lines', () => {
    const bytes = Buffer.from(`\ufeff${header}\r\n\r\nA1,Lakeshore ESA,10,Harbor,1,"School, the",Town,KG\r\n`);
    expect(read(bytes).rows).toMatchObject([{ row: 3, cells: { School: 'School, the', 'Agency Code': 'A1' } }]);
  });
});

describe('files that are refused whole', () => {
  it.each([
    ['an encoding other than UTF-8', Buffer.concat([csv(row), Buffer.from([0xe9, 0x0a])]), 'FILE_NOT_UTF8'],
    ['UTF-16', Buffer.from(`\ufeff${header}\n${row}`, 'utf16le'), 'FILE_NOT_UTF8'],
    ['no row', csv(), 'FILE_EMPTY'],
    ['nothing at all', Buffer.alloc(0), 'FILE_EMPTY'],
    ['a missing column', Buffer.from(`${header.replace('School Code,', '')}\nx`), 'FILE_MALFORMED'],
    ['a row with too few cells', csv(row, 'A1,Lakeshore ESA'), 'FILE_MALFORMED'],
    ['an open quote', csv('A1,"Lakeshore ESA,10,Harbor,1,Elementary,Town,KG'), 'FILE_MALFORMED'],
    ['more than 50 MB', Buffer.alloc(50 * 1024 * 1024 + 1, 'a'), 'FILE_TOO_LARGE'],
  ])('%s', (_, bytes, code) => {
    expect(refusal(() => read(bytes))).toBe(code);
  });

  it('columns that are missing or stand there twice', () => {
    const without = header.replace('School Code', 'Building');
    expect(refusal(() => read(Buffer.from(`${without}\n${row}`)))).toBe('COLUMN_MISSING');
    expect(refusal(() => read(Buffer.from(`${header},City\n${row},Town`)))).toBe('COLUMN_REPEATED');
  });

  it('R-82 columns about single students, however they are written', () => {
    for (const column of [
      'Student ID',
      'StudentId',
      'student_id',
      'UIC',
      'Pupil Number',
      'SSN',
      'Date of Birth',
      'Last Name',
      'SASID',
    ]) {
      expect([column, refusal(() => read(Buffer.from(`${header},${column}\n${row},1`)))]).toEqual([
        column,
        'STUDENT_DATA R-82',
      ]);
    }
    for (const column of [
      'Student Count',
      'Number of Students',
      'School Name',
      'Identifier',
      'Enrolment',
      'Schools per pupil',
    ]) {
      expect([column, refusal(() => read(Buffer.from(`${header},${column}\n${row},1`)))]).toEqual([column, 'taken']);
    }
  });
});

describe('mappings', () => {
  const json = JSON.parse(readFileSync(join(folder, 'zz/mapping.json'), 'utf8')) as Record<string, unknown>;
  const refused = (change: object) => refusal(() => readMapping({ ...json, ...change }));

  it('name what is wrong with them', () => {
    expect(refusal(() => parseMapping('{'))).toBe('MAPPING_INVALID');
    for (const wrong of [null, [], 'mi', 7]) expect(refusal(() => readMapping(wrong))).toBe('MAPPING_INVALID');
    expect(refused({ state: 'Michigan' })).toBe('MAPPING_INVALID');
    expect(refused({ columns: {} })).toBe('MAPPING_INVALID');
    expect(refused({ columns: { ...(json['columns'] as object), latitude: 'Lat' } })).toBe('MAPPING_INVALID');
    expect(refused({ codes: { agency: { scheme: 'NIL', width: 2 } } })).toBe('MAPPING_INVALID');
    expect(refused({ districts: [{ district: '41922', agency: '41' }] })).toBe('MAPPING_INVALID');
    expect(refused({ standingSince: { on: '2020-02-30', why: 'x' } })).toBe('MAPPING_INVALID');
    expect(refused({})).toBe('taken');
  });

  it('are found by name, and only those that are bundled', async () => {
    await expect(bundledMapping(folder, 'MI')).resolves.toMatchObject({ state: 'MI' });
    for (const name of ['il', '../mi', '', '.']) {
      await expect(bundledMapping(folder, name)).rejects.toMatchObject({ code: 'MAPPING_UNKNOWN' });
    }
  });
});

describe('the sample county', () => {
  it('is one agency with six districts, eighteen schools and two programs, in the state ZZ', async () => {
    const { report, commands } = plan(await bundledDirectory(folder, 'zz'));
    expect(report).toMatchObject({ state: 'ZZ', agencies: 1, districts: 6, schools: 20, unplaced: 0 });
    const kinds = commands.map((command) => (command.type === 'REGISTER' ? command.data.kind : command.type));
    expect(kinds.filter((kind) => kind === 'PROGRAM')).toHaveLength(2);
    expect(kinds).toContain('STATE_AGENCY');
    expect(commands.map(({ code }) => code)).toEqual(expect.arrayContaining(['ZZ-90', 'ZZ-90010', 'ZZ-PROGRAM-90901']));
  });
});
