// The files of the project, without what is installed, built, cached or recorded.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

export { root };

const notOurs = new Set(['node_modules', 'dist', '.cache', 'coverage', '.git']);

/** Paths relative to the root, with forward slashes, sorted. Folders that are not there yet hold no files. */
export function projectFiles(folders = ['.']) {
  const files = [];
  const visit = (path) => {
    for (const entry of entriesOf(path)) {
      const inside = path === '.' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() && !notOurs.has(entry.name) && inside !== 'data') visit(inside);
      else if (entry.isFile()) files.push(inside);
    }
  };
  for (const folder of folders) visit(folder);
  return files.sort();
}

function entriesOf(path) {
  try {
    return readdirSync(join(root, path), { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
