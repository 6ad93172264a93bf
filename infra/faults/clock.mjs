// A clock of the program that can be set from outside, without a switch in the program: see shifted-clock.mjs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function clockThatCanBeSet() {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-faults-clock-'));
  const file = join(folder, 'offset');
  const set = (milliseconds) => writeFileSync(file, String(milliseconds));
  set(0);
  return {
    clock: { set },
    env: { FAULTS_CLOCK_FILE: file, NODE_OPTIONS: `--import=${new URL('shifted-clock.mjs', import.meta.url)}` },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}
