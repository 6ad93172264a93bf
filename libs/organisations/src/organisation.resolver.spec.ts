import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globalId } from '@waymark/nest-kit';
import { organisationsApp } from './testing/organisations-app.js';

const csv = readFileSync(join(process.cwd(), 'directories/zz/entities.csv'), 'utf8');
const reportFields = `dryRun state rows agencies districts schools unplaced unchanged events
  summary { what lines codes } lines(first: 1, what: ZEROS_RESTORED) { totalCount }
  changes(first: 2) { totalCount nodes { code what before after } pageInfo { hasNextPage endCursor } }`;

describe('organisations over GraphQL', () => {
  let app: Awaited<ReturnType<typeof organisationsApp>>;
  beforeAll(async () => {
    app = await organisationsApp();
  });
  afterAll(() => app.close());

  const show = async (code: string, fields: string) =>
    (await app.ask(`query Q($code: String!) { organisation(code: $code) { ${fields} } }`, { code })).data?.[
      'organisation'
    ];

  describe('importing the sample county', () => {
    it('first says what it would do, then does it, then has nothing left to do', async () => {
      const dry = await app.mutate('importOrganisations', { csv, mapping: 'zz', dryRun: true }, reportFields);
      expect(dry).toMatchObject({ userErrors: [], receipt: null, entity: { dryRun: true, events: 0, districts: 6 } });
      expect(await app.store.head()).toMatchObject({ position: 0 });
      const done = await app.mutate('importOrganisations', { csv, mapping: 'zz' }, reportFields);
      expect(done).toMatchObject({
        userErrors: [],
        receipt: { replayed: false },
        entity: { events: 29 + 26, changes: { totalCount: 29, pageInfo: { hasNextPage: true } } },
      });
      const again = await app.mutate('importOrganisations', { csv, mapping: 'zz' }, reportFields);
      expect(again).toMatchObject({ receipt: null, entity: { events: 0, unchanged: 29, changes: { totalCount: 0 } } });
    });

    it('takes a mapping of the caller, and refuses what it cannot use', async () => {
      const mapping = readFileSync(join(process.cwd(), 'directories/zz/mapping.json'), 'utf8');
      expect((await app.mutate('importOrganisations', { csv, mapping }, reportFields))['userErrors']).toEqual([]);
      for (const [wrong, code] of [
        ['{', 'MAPPING_INVALID'],
        ['../../etc', 'MAPPING_UNKNOWN'],
        ['il', 'MAPPING_UNKNOWN'],
      ]) {
        const refused = await app.mutate('importOrganisations', { csv, mapping: wrong }, reportFields);
        expect(refused['userErrors']).toMatchObject([{ code }]);
      }
    });

    it('R-82 refuses a file about pupils and changes nothing', async () => {
      const before = await app.store.head();
      const pupils = csv.replace('Grade Levels', 'Grade Levels,Student ID').replaceAll('\n', ',1\n');
      const refused = await app.mutate('importOrganisations', { csv: pupils.trimEnd(), mapping: 'zz' }, reportFields);
      expect(refused['userErrors']).toMatchObject([{ code: 'FILE_MALFORMED' }]);
      const header = csv.split('\n', 1)[0]!;
      const one = `${header},Student ID\n90,Lakeshore Sample ESA,,,1,School,Town,KG,4711`;
      const second = await app.mutate('importOrganisations', { csv: one, mapping: 'zz' }, reportFields);
      expect(second['userErrors']).toMatchObject([{ code: 'STUDENT_DATA', rule: 'R-82' }]);
      expect(await app.store.head()).toEqual(before);
    });
  });

  describe('reading', () => {
    it('shows an organisation with its codes, parents and children, marked as sample', async () => {
      expect(
        await show(
          'ZZ-90010',
          `code state isSample kind label name timeZone parent { code } agency { code label }
           identifiers { scheme value from until } placements { parent { code } from until }
           children(first: 2, kind: SCHOOL) { totalCount nodes { code kind } pageInfo { hasNextPage } }`,
        ),
      ).toEqual({
        ...{ code: 'ZZ-90010', state: 'ZZ', isSample: true, kind: 'DISTRICT', label: null },
        ...{ name: 'Harbor Point Sample Schools', timeZone: 'America/Detroit', parent: { code: 'ZZ-90' } },
        agency: { code: 'ZZ-90', label: 'ESA' },
        identifiers: [{ scheme: 'LOCAL', value: '90010', from: '2020-07-01', until: null }],
        placements: [{ parent: { code: 'ZZ-90' }, from: '2020-07-01', until: null }],
        children: {
          totalCount: 4,
          nodes: [
            { code: 'ZZ-SCHOOL-91001', kind: 'SCHOOL' },
            { code: 'ZZ-SCHOOL-91002', kind: 'SCHOOL' },
          ],
          pageInfo: { hasNextPage: true },
        },
      });
    });

    it('lists page by page, nothing twice and nothing left out', async () => {
      const codes: string[] = [];
      let after: string | null = null;
      do {
        const { data } = await app.ask(
          `query Q($after: String) { organisations(agency: "ZZ-90", first: 7, after: $after) {
            totalCount nodes { code } pageInfo { hasNextPage endCursor } } }`,
          { after },
        );
        const page = data!['organisations'];
        expect(page.totalCount).toBe(26);
        codes.push(...page.nodes.map((node: { code: string }) => node.code));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      expect(codes).toHaveLength(26);
      expect(new Set(codes).size).toBe(26);
    });

    it('looks an organisation up by its id alone', async () => {
      const { id } = await show('ZZ-90', 'id');
      const { data } = await app.ask(`query Q($id: ID!) { node(id: $id) { id ... on Organisation { code } } }`, { id });
      expect(data).toEqual({ node: { id, code: 'ZZ-90' } });
      expect(await show(id, 'code')).toEqual({ code: 'ZZ-90' });
    });

    it('never shows a tag key', async () => {
      for (const field of ['tagKey', 'tag_key', 'tagkey']) {
        const { errors } = await app.ask(`{ organisation(code: "ZZ-90") { ${field} } }`);
        expect(errors![0]!.message).toContain(`Cannot query field "${field}"`);
      }
    });

    it('answers null for what is not there and an error for what is no code or cursor', async () => {
      for (const code of [
        'ZZ-99',
        'MI-03',
        '',
        '%',
        'ZZ-90\u0000',
        "ZZ-90'--",
        'x'.repeat(10_000),
        globalId('Person', 'x'),
      ]) {
        expect([code, await show(code, 'id')]).toEqual([code, null]);
      }
      const { errors } = await app.ask('{ organisations(after: "nonsense") { totalCount } }');
      expect(errors![0]!.extensions).toMatchObject({ code: 'ID_UNKNOWN' });
      const none = await app.ask('{ organisations(agency: "ZZ-90010") { totalCount nodes { id } } }');
      expect(none.data).toEqual({ organisations: { totalCount: 0, nodes: [] } });
      expect((await app.ask('{ organisations(first: 101) { totalCount } }')).errors).toHaveLength(1);
    });
  });

  describe('keeping organisations', () => {
    const harbor = { scheme: 'LOCAL', value: '90070' };
    const register = (input: object = {}, fields?: string) =>
      app.mutate(
        'registerOrganisation',
        { state: 'ZZ', kind: 'DISTRICT', name: 'New Sample Schools', identifiers: [harbor], parent: 'ZZ-90', ...input },
        fields,
      );

    it('registers with a parent, whose time zone it takes, and is found at once', async () => {
      const fields = 'code timeZone isSample parent { code }';
      expect(await register({}, fields)).toMatchObject({
        userErrors: [],
        receipt: { replayed: false, eventIds: [expect.any(String), expect.any(String)] },
        entity: { code: 'ZZ-90070', timeZone: 'America/Detroit', isSample: true, parent: { code: 'ZZ-90' } },
      });
      expect((await register())['userErrors']).toMatchObject([{ code: 'ORGANISATION_EXISTS', rule: 'R-01' }]);
    });

    it('R-93 registers once, however often the request comes', async () => {
      const input = { idempotencyKey: 'the same key', identifiers: [{ scheme: 'LOCAL', value: '90071' }] };
      expect((await register(input))['receipt']).toMatchObject({ replayed: false });
      expect((await register(input))['receipt']).toMatchObject({ replayed: true });
    });

    it('names, describes, identifies, moves, corrects, withdraws and closes', async () => {
      const organisation = 'ZZ-90070';
      const agency = { kind: 'SERVICE_AGENCY', name: 'Other Sample ESA', timeZone: 'America/Detroit', parent: null };
      await register({ ...agency, identifiers: [{ scheme: 'LOCAL', value: '91' }] });
      const named = await app.mutate('nameOrganisation', { organisation, name: 'Renamed Sample Schools' });
      expect(named).toMatchObject({ userErrors: [], entity: { name: 'Renamed Sample Schools' } });
      const described = { organisation, label: 'PSA', city: 'Harbor Point' };
      expect(await app.mutate('describeOrganisation', described, 'label city')).toMatchObject({
        entity: { label: 'PSA', city: 'Harbor Point' },
      });
      const identifier = { scheme: 'LOCAL', value: '90075' };
      expect(await app.mutate('identifyOrganisation', { organisation, identifier }, 'code')).toMatchObject({
        entity: { code: 'ZZ-90075' },
      });
      const placements = 'placements { id parent { code } from until } parent { code }';
      const moved = await app.mutate(
        'placeOrganisation',
        { organisation, parent: 'ZZ-91', effectiveOn: '2026-07-01' },
        placements,
      );
      expect(moved['entity']).toMatchObject({ parent: { code: 'ZZ-90' } });
      const planned = moved['entity'].placements.find((one: { from: string }) => one.from === '2026-07-01');
      expect(planned).toMatchObject({ parent: { code: 'ZZ-91' }, until: null });
      const corrected = await app.mutate(
        'correctPlacement',
        { organisation, placement: planned.id, effectiveOn: '2026-08-01', reason: 'The board chose another day' },
        placements,
      );
      expect(corrected['entity'].placements.at(-1)).toMatchObject({ id: planned.id, from: '2026-08-01' });
      const early = { organisation, lastDay: '2026-06-30', reason: 'Annexed', successor: 'ZZ-90010' };
      expect((await app.mutate('closeOrganisation', early))['userErrors']).toMatchObject([
        { code: 'PLACEMENT_AFTER_CLOSING' },
      ]);
      const withdrawn = await app.mutate(
        'withdrawPlacement',
        { organisation, placement: planned.id, reason: 'Called off' },
        placements,
      );
      expect(withdrawn['entity'].placements).toHaveLength(1);
      expect(await app.mutate('closeOrganisation', early, 'lastDay successor { code }')).toMatchObject({
        userErrors: [],
        entity: { lastDay: '2026-06-30', successor: { code: 'ZZ-90010' } },
      });
    });

    it('R-07 asks for the right on the organisation and its agency, and refuses without it', async () => {
      const refused = await app.mutate(
        'nameOrganisation',
        { organisation: 'ZZ-90010', name: 'X' },
        'id',
        'COORDINATOR',
      );
      expect(refused['errors']).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      const { operation, about } = app.rights.asked.at(-1)!;
      expect(operation).toBe('nameOrganisation');
      expect(Object.keys(about).sort()).toEqual(['agency', 'district']);
    });

    it('refuses unknown organisations, wrong kinds and placements of others', async () => {
      const codeOf = async (name: string, input: object) =>
        (await app.mutate(name, input))['userErrors']?.[0]?.code as string | undefined;
      const reason = 'Test';
      expect(await codeOf('nameOrganisation', { organisation: 'ZZ-404', name: 'X' })).toBe('ORGANISATION_UNKNOWN');
      expect(await codeOf('placeOrganisation', { organisation: 'ZZ-90010', parent: 'ZZ-404' })).toBe('PARENT_UNKNOWN');
      expect(await codeOf('placeOrganisation', { organisation: 'ZZ-90010', parent: 'ZZ-90020' })).toBe('PARENT_MISFIT');
      const { placements } = await show('ZZ-90020', 'placements { id }');
      const other = { organisation: 'ZZ-90010', placement: placements[0].id, reason };
      expect(await codeOf('withdrawPlacement', other)).toBe('PLACEMENT_UNKNOWN');
      expect(await codeOf('correctPlacement', { ...other, placement: 'nonsense' })).toBe('PLACEMENT_UNKNOWN');
      expect(await codeOf('closeOrganisation', { organisation: 'ZZ-90', lastDay: '2025-06-30', reason })).toBe(
        'ORGANISATIONS_LEFT',
      );
      expect(await codeOf('registerOrganisation', { state: 'ZZ', kind: 'DISTRICT', name: 'X', identifiers: [] })).toBe(
        'IDENTIFIER_INVALID',
      );
      const identifier = { scheme: 'LOCAL', value: '90020' };
      expect(await codeOf('identifyOrganisation', { organisation: 'ZZ-90010', identifier })).toBe('CODE_TAKEN');
    });

    it('R-01 gives a code to one of two who ask for it at once, R-06 never places under what closes meanwhile', async () => {
      const identifier = { scheme: 'LOCAL', value: '99001' };
      const both = await Promise.all(
        ['ZZ-SCHOOL-91001', 'ZZ-SCHOOL-91002'].map((organisation) =>
          app.mutate('identifyOrganisation', { organisation, identifier }),
        ),
      );
      const codes = both.map((answer) => answer['userErrors'][0]?.code ?? 'ACCEPTED');
      expect(codes.sort()).toEqual(['ACCEPTED', 'CODE_TAKEN']);

      const agency = { kind: 'SERVICE_AGENCY', name: 'Closing Sample ESA', timeZone: 'America/Detroit', parent: null };
      await register({ ...agency, identifiers: [{ scheme: 'LOCAL', value: '92' }] });
      const [closed, placed] = await Promise.all([
        app.mutate('closeOrganisation', { organisation: 'ZZ-92', lastDay: '2025-06-30', reason: 'ends' }),
        app.mutate('placeOrganisation', { organisation: 'ZZ-90020', parent: 'ZZ-92', effectiveOn: '2025-07-01' }),
      ]);
      const refusals = [closed, placed].filter((answer) => answer['userErrors'].length > 0);
      expect(refusals).toHaveLength(1);
    });

    it('refuses names and dates that are none', async () => {
      const name = async (input: object) => {
        const answer = await app.mutate('nameOrganisation', { organisation: 'ZZ-90010', ...input });
        return answer['errors']?.[0]?.extensions?.code ?? answer['userErrors']?.[0]?.code;
      };
      for (const wrong of ['', ' \t ', 'x'.repeat(301), 'Bell\u0007']) {
        expect([wrong, await name({ name: wrong })]).toEqual([wrong, 'BAD_REQUEST']);
      }
      for (const wrong of [7, null, undefined, ['Name']]) {
        expect([wrong, await name({ name: wrong })]).toEqual([wrong, 'BAD_USER_INPUT']);
      }
      for (const wrong of ['2025-02-30', '9999-12-31', '1899-12-31', 'today', 20251015]) {
        expect([wrong, await name({ name: 'Fine', effectiveOn: wrong })]).toEqual([wrong, 'BAD_USER_INPUT']);
      }
      expect(await name({ name: 'Fine', effectiveOn: '2030-01-01' })).toBe('EFFECTIVE_IN_FUTURE');
    });
  });
});
