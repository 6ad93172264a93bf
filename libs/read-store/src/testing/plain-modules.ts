import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';

const root = resolve(__dirname, '../../../..');

/**
 * Compiles libs to ES modules in a folder, for tests that start a thread or a process of their own: those cannot run TypeScript.
 * Answers the URL of the entry, whose text may import `@waymark/<lib>`.
 */
export function plainModules(folder: string, libs: readonly string[], entry: string): URL {
  for (const lib of libs) compileFolder(join(root, 'libs', lib, 'src'), folder);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'entry.js'), withoutAliases(entry, folder, folder));
  return pathToFileURL(join(folder, 'entry.js'));
}

function compileFolder(from: string, folder: string): void {
  for (const name of readdirSync(from)) {
    const path = join(from, name);
    if (statSync(path).isDirectory()) compileFolder(path, folder);
    else if (path.endsWith('.ts') && !path.endsWith('.spec.ts')) compileFile(path, folder);
  }
}

function compileFile(path: string, folder: string): void {
  const target = join(folder, relative(root, path)).replace(/\.ts$/, '.js');
  const { code } = transformSync(readFileSync(path, 'utf8'), {
    filename: path,
    swcrc: false,
    configFile: false,
    jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' },
    module: { type: 'es6' },
  });
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, withoutAliases(code, dirname(target), folder));
}

function withoutAliases(code: string, from: string, folder: string): string {
  return code.replace(/(['"])@waymark\/([\w-]+)(?:\/([\w-]+))?\1/g, (_, quote: string, lib: string, door = '') => {
    const path = relative(from, join(folder, 'libs', lib, 'src', door, 'index.js')).replaceAll('\\', '/');
    return `${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
  });
}
