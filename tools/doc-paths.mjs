// Every path that a document names must exist: links, and what stands in backticks and begins with a folder of the project.
// Placeholders (`<slice>`, `<noun>`, `*`) are left out. Exit code 1 with a line for each path that leads nowhere.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './setup.mjs';

const folders = ['apps', 'libs', 'tools', 'docs', 'directories', 'infra'];
const documents = [...filesUnder('docs'), 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'directories/README.md'];
const missing = documents.flatMap((document) => {
  const text = readFileSync(join(root, document), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => relative(root, join(root, dirname(document), target)));
  const named = [...text.matchAll(/`([\w./-]+)`/g)]
    .map(([, path]) => path)
    .filter((path) => folders.includes(path.split('/')[0]) && path.includes('/'));
  return [...links, ...named].filter((path) => !existsSync(join(root, path))).map((path) => `${document}: ${path}`);
});

for (const line of missing) process.stderr.write(`${line} does not exist\n`);
process.exitCode = missing.length > 0 ? 1 : 0;

function filesUnder(folder) {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    return statSync(join(root, path)).isDirectory() ? filesUnder(path) : path.endsWith('.md') ? [path] : [];
  });
}
