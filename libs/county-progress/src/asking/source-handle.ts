import { DomainError } from '@waymark/kernel';
import type { Scope } from '../facts/in-force.js';
import type { Inputs } from '../questions/question.js';

/** What a handle holds: everything that is needed to find the sources of one figure again. Nothing is stored. */
export interface SourceHandle {
  readonly question: string;
  readonly version: number;
  readonly scope: Scope;
  readonly inputs: Inputs;
  /** Last event that was known; null before the first. */
  readonly event: string | null;
  readonly on: string;
  readonly key: string;
}

/** The handle as an opaque text. Not a secret: rights are checked when it is opened. */
export function sourceHandle(handle: SourceHandle): string {
  const { question, version, scope, inputs, event, on, key } = handle;
  const place = scope.kind === 'STATE' ? scope.state : scope.id;
  return Buffer.from(JSON.stringify([question, version, scope.kind, place, inputs, event, on, key])).toString(
    'base64url',
  );
}

/** What stands in a handle. Throws ID_UNKNOWN for a text that is none. */
export function readSourceHandle(text: string): SourceHandle {
  try {
    const parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    const [question, version, kind, place, inputs, event, on, key] = parts;
    const texts = [question, kind, place, on, key].every((part) => typeof part === 'string');
    const fits = typeof version === 'number' && (event === null || typeof event === 'string') && isInputs(inputs);
    if (parts.length === 8 && texts && fits && ['AGENCY', 'STATE', 'DISTRICT'].includes(kind as string)) {
      const scope = (kind === 'STATE' ? { kind, state: place } : { kind, id: place }) as Scope;
      return { question, version, scope, inputs, event, on, key } as SourceHandle;
    }
  } catch {
    // Whatever is wrong with it, it is no handle of ours.
  }
  throw new DomainError('ID_UNKNOWN', 'This is not a handle of sources; take it as the figure gave it.', {
    path: ['sources'],
  });
}

function isInputs(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}
