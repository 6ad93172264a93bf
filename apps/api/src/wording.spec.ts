import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFile } from './project-file.js';

describe('wording of others', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-wording-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function wording(words: string[], env: Record<string, string> = {}) {
    return spawnSync(process.execPath, [projectFile('tools/wording.mjs'), ...words], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
  }
  function text(name: string, content: string): string {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  }

  it('R-96 stands nowhere in code, data, schema and docs', () => {
    const { status, stderr } = wording([]);
    expect([status, stderr]).toEqual([0, '']);
  });

  it('R-96 is found in whatever case and line breaks it is copied', () => {
    const env = { WORDING_FILE: text('wording.json', '{"digests":[]}') };
    const published = text('published.txt', 'Seven brown hens walk slowly over one long bridge.');
    const copied = text('copied.ts', "const item = 'Today seven brown hens\\n walk SLOWLY, over one: stop';");
    const own = text('own.ts', "const item = 'Seven brown hens walk slowly over a bridge';");
    expect(wording(['--learn', published], env).status).toBe(0);
    expect(wording(['--in', own], env).status).toBe(0);
    const { status, stderr } = wording(['--in', own, copied], env);
    expect([status, stderr]).toEqual([
      1,
      `${copied}: "seven brown hens walk slowly over one" is the wording of others; say it in our own words\n`,
    ]);
  });
});
