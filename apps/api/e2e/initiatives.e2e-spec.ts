import { randomUUID } from 'node:crypto';
import { Program } from './program.js';
import { removeFolder, startedFolder } from './started-folder.js';

jest.setTimeout(240_000);

const IMPORT = `mutation ($input: ImportInitiativesInput!) { importInitiatives(input: $input) {
  entity { recorded refused } receipt { eventIds } userErrors { code } } }`;
const LIST = `query { initiatives(organisation: "ZZ-90", withThoseUnder: true) { totalCount nodes {
  level status description { name focusAreas } relations { relation } staff { fte } } } }`;

describe('an inventory in the whole program', () => {
  let folder: string;
  let program: Program;
  beforeAll(async () => {
    folder = await startedFolder();
    program = await Program.start(folder);
    await program.ready();
  });
  afterAll(async () => {
    await program.kill();
    removeFolder(folder);
  });

  it('R-32 a sheet fills it, and it is read by whoever may', async () => {
    const csv = 'name,focusAreas\nCheck-in,SEBH\nReading corps,LITERACY';
    const input = { idempotencyKey: randomUUID(), organisation: 'ZZ-90', csv };
    const { data } = await program.post<any>('ada', IMPORT, { input });
    expect(data.importInitiatives).toMatchObject({ entity: { recorded: 2, refused: 0 }, userErrors: [] });
    const listed = await program.post<any>('ada', LIST);
    expect(listed.data.initiatives).toMatchObject({
      totalCount: 2,
      nodes: [{ level: 'AGENCY', status: 'ACTIVE', description: { name: 'Check-in', focusAreas: ['SEBH'] } }, {}],
    });
  });
});
