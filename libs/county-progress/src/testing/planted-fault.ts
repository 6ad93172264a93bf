import { transformSync } from '@swc/core';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { DeskParts } from './desk.js';

/** A fault: in one file of this library, one piece of text becomes another. */
export interface Fault {
  readonly rule: string;
  readonly what: string;
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

const root = join(__dirname, '..');
const compiled = new Map<string, string>();

function compile(file: string, source: string): string {
  return transformSync(source, {
    filename: file,
    swcrc: false,
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2022',
    },
    module: { type: 'commonjs' },
  }).code;
}

function codeOf(file: string, fault: Fault | undefined): string {
  const source = readFileSync(file, 'utf8');
  if (fault?.file === relative(root, file)) {
    const pieces = source.split(fault.find);
    if (pieces.length !== 2)
      throw new Error(`${fault.file} holds "${fault.find}" ${pieces.length - 1} times, not once`);
    return compile(file, pieces.join(fault.put));
  }
  const known = compiled.get(file) ?? compile(file, source);
  compiled.set(file, known);
  return known;
}

/** Loads files by their path from this library's sources, anew, with the fault in them; other libraries stay as they are. */
function loaderWith(fault: Fault | undefined): (path: string) => Record<string, unknown> {
  const modules = new Map<string, { exports: Record<string, unknown> }>();
  const load = (file: string): Record<string, unknown> => {
    const known = modules.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as Record<string, unknown> };
    modules.set(file, module);
    const requireFrom = (name: string): unknown =>
      name.startsWith('.') ? load(join(dirname(file), name.replace(/\.js$/, '.ts'))) : (require(name) as unknown);
    // The sources are our own; running them from a changed copy is the purpose.
    const run = new Function('module', 'exports', 'require', codeOf(file, fault)) as (...parts: unknown[]) => void;
    run(module, module.exports, requireFrom);
    return module.exports;
  };
  return (path) => load(join(root, path));
}

/** The file that a fault is in, loaded anew with it: for faults in the rules of another slice. */
export function moduleWith<M>(fault: Fault): M {
  return loaderWith(fault)(fault.file) as M;
}

/** This library loaded anew from its sources, with the fault in it. */
export function partsWith(fault: Fault | undefined): DeskParts {
  const load = loaderWith(fault);
  return {
    projection: load('facts/facts.projection.ts')['factsProjection'],
    Desk: load('asking/question-desk.ts')['QuestionDesk'],
  } as DeskParts;
}
