const DEEPEST = 64;
/** Texts that stand in JSON as they are: no character is escaped, none is half of a pair. */
const PLAIN_TEXT = /^[ !#-[\]-~]*$/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** What is wrong with a value, and the steps to it from the outside in. */
class NotPlain extends Error {
  path = '';
}

/**
 * The canonical JSON text (RFC 8785) of a plain value: null, booleans, finite numbers (whole ones within ±(2^53−1)),
 * well-formed strings, dense lists and plain objects, nested 64 deep at most. Members that are undefined are left out.
 * Throws a TypeError for everything else: what is stored must come back exactly as it was given.
 */
export function canonicalJson(value: unknown): string {
  // Each member is read once, so that what was checked is what was written.
  try {
    return written(value, 0);
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error;
    throw new TypeError(`The value cannot be stored: ${error.path} ${error.message}`);
  }
}

function written(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writtenText(value);
    case 'number':
      return writtenNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth >= DEEPEST) throw new NotPlain(`is nested more than ${DEEPEST} deep`);
      return Array.isArray(value) ? writtenList(value, depth) : writtenRecord(value as Record<string, unknown>, depth);
    default:
      throw new NotPlain(`is ${typeof value}, which JSON does not have`);
  }
}

// RFC 8785 writes texts as ECMAScript's JSON does.
function writtenText(text: string): string {
  if (PLAIN_TEXT.test(text)) return `"${text}"`;
  if (LONE_SURROGATE.test(text)) throw new NotPlain('holds half a surrogate pair');
  return JSON.stringify(text);
}

// RFC 8785 writes numbers as ECMAScript does; −0 becomes 0.
function writtenNumber(value: number): string {
  if (!Number.isFinite(value)) throw new NotPlain(`is ${value}`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new NotPlain('is a whole number beyond ±(2^53−1)');
  }
  return String(value);
}

function writtenList(list: readonly unknown[], depth: number): string {
  if (!Array.isArray(Object.getPrototypeOf(list))) throw new NotPlain('is not a plain list');
  // A hole reads as undefined and is refused as such; more keys than elements are members that JSON would lose.
  if (Reflect.ownKeys(list).length !== list.length + 1) {
    throw new NotPlain('is a list with holes or members of its own');
  }
  let text = '[';
  let at = 0;
  try {
    for (; at < list.length; at += 1)
      text += at === 0 ? written(list[at], depth + 1) : `,${written(list[at], depth + 1)}`;
  } catch (error) {
    throw within(error, `[${at}]`);
  }
  return `${text}]`;
}

function writtenRecord(record: Record<string, unknown>, depth: number): string {
  if (!isPlainObject(record)) throw new NotPlain('is not a plain object');
  if (Object.getOwnPropertySymbols(record).length > 0) throw new NotPlain('has a member named by a symbol');
  let text = '';
  let at = '';
  try {
    for (const name of inOrder(Object.keys(record))) {
      const member = record[name];
      if (member === undefined) continue;
      at = name;
      text += `${text === '' ? '' : ','}${writtenName(name)}:${written(member, depth + 1)}`;
    }
  } catch (error) {
    throw within(error, `.${at}`);
  }
  return `{${text}}`;
}

function writtenName(name: string): string {
  if (PLAIN_TEXT.test(name)) return `"${name}"`;
  if (LONE_SURROGATE.test(name)) throw new NotPlain('has a name that holds half a surrogate pair');
  return JSON.stringify(name);
}

/** The names by UTF-16 code units, as RFC 8785 wants them and as ECMAScript compares. Most come in order. */
function inOrder(names: string[]): string[] {
  for (let at = 1; at < names.length; at += 1) if (names[at - 1]! > names[at]!) return names.sort();
  return names;
}

function within(error: unknown, step: string): unknown {
  if (error instanceof NotPlain) error.path = `${step}${error.path}`;
  return error;
}

// An `Object.prototype` of another realm (a worker's message, a sandbox) is as good as ours.
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf');
}
