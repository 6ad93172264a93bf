import { readFileSync } from 'node:fs';
import { projectFile } from './project-file.js';

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly overrides: Record<string, string | Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as Manifest;
const rows = readFileSync(projectFile('docs/versions.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '));

/** Whether a row of docs/versions.md names the package (rows share a scope or a beginning) with this version. */
function isNamed(name: string, version: string): boolean {
  const own = name.split('/').at(-1)!.replace('graphql-armor', '');
  return rows.some((row) => row.includes(own) && row.includes(version));
}

describe('docs/versions.md', () => {
  const { dependencies, devDependencies, overrides } = manifest;
  const pinned = Object.entries({ ...dependencies, ...devDependencies }).filter(([name]) => name !== '@types/node');

  it('names each dependency with the version that is installed', () => {
    expect(pinned.filter(([name, version]) => !isNamed(name, version))).toEqual([]);
  });

  it('names each override', () => {
    const entries = Object.entries(overrides).flatMap(([name, over]) =>
      typeof over === 'string' ? [[name, over] as const] : Object.entries(over),
    );
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.filter(([name, version]) => !isNamed(name, version))).toEqual([]);
  });

  it('speaks of pins: every version is exact', () => {
    expect(pinned.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });
});
