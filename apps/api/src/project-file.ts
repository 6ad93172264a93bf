import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file or folder of the project: beside the sources in a checkout, beside `dist` in an installed package. */
export function projectFile(path: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, path))) {
    if (dirname(folder) === folder) throw new Error(`${path} is missing from this installation`);
    folder = dirname(folder);
  }
  return join(folder, path);
}
