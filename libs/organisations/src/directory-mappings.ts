import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '@waymark/kernel';
import { type DirectoryMapping, parseMapping } from './directory-mapping.js';

/** Token of the folder that holds one folder per state (`mi/mapping.json`, `mi/entities.csv`). */
export const DIRECTORIES_FOLDER = Symbol('directories folder');

/** The bundled mapping of this name, such as `mi`. Throws MAPPING_UNKNOWN, naming those there are. */
export async function bundledMapping(folder: string, name: string): Promise<DirectoryMapping> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const found = names.find((entry) => entry.name === name.toLowerCase());
  if (found === undefined) {
    const known = names.map((entry) => entry.name).join(', ');
    throw new DomainError(
      'MAPPING_UNKNOWN',
      `There is no mapping "${name.slice(0, 40)}". Use one of ${known}, or give a mapping of your own as JSON.`,
      { path: ['mapping'] },
    );
  }
  return parseMapping(await readFile(join(folder, found.name, 'mapping.json'), 'utf8'));
}

/** The bundled directory file of this name, as it stands in the folder beside its mapping. */
export function bundledDirectory(folder: string, name: string): Promise<Buffer> {
  return readFile(join(folder, name.toLowerCase(), 'entities.csv'));
}
