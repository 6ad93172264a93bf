import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { open, type FileHandle, stat, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as passing } from 'node:timers/promises';
import { projectFile } from '../src/project-file.js';
import { Program } from './program.js';

/** Milliseconds after which a hold on the cache is taken to be left behind by a test run that was killed. */
const FORGOTTEN = 240_000;

/** An empty data folder. The caller removes it by {@link removeFolder}. */
export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'waymark-e2e-'));
}

/**
 * A data folder after its first start: Michigan, the sample county, the demo persons. The first start takes long, so it is made
 * once per build and day and copied from then on.
 */
export async function startedFolder(): Promise<string> {
  const template = await templateFolder();
  const folder = emptyFolder();
  cpSync(template, folder, { recursive: true, preserveTimestamps: true });
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function templateFolder(): Promise<string> {
  const cache = join(dirname(projectFile('package.json')), '.cache/e2e');
  mkdirSync(cache, { recursive: true });
  const hold = join(cache, 'hold');
  const held = await holdOf(hold);
  try {
    build();
    const template = join(cache, templateName());
    if (existsSync(template)) return template;
    for (const old of readdirSync(cache)) if (old !== 'hold') removeFolder(join(cache, old));
    const making = join(cache, `making-${process.pid}`);
    const program = await Program.start(making);
    await program.stop();
    renameSync(making, template);
    return template;
  } finally {
    await held.close();
    await unlink(hold);
  }
}

/** `npm test` has built already; a single spec that is run by hand must not run on an old build. */
function build(): void {
  const built = spawnSync(process.execPath, [projectFile('tools/prepare.mjs')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`The build failed: ${built.stderr}`);
}

function templateName(): string {
  const day = new Date().toISOString().slice(0, 10);
  const files = ['dist/.waymark-build.json', 'directories/mi/mapping.json', 'directories/zz/mapping.json'];
  const hash = createHash('sha256').update(day);
  for (const file of files) hash.update(readFileSync(projectFile(file)));
  return hash.digest('hex').slice(0, 16);
}

async function holdOf(file: string): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(file, 'wx');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const since = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - since > FORGOTTEN) await unlink(file).catch(() => undefined);
    await passing(100);
  }
}
