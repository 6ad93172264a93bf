import canonicalize from 'canonicalize';

const DEEPEST = 64;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The canonical JSON text (RFC 8785) of a plain value: null, booleans, finite numbers (whole ones within ±(2^53−1)),
 * well-formed strings, dense lists and plain objects, nested 64 deep at most. Members that are undefined are left out.
 * Throws a TypeError for everything else: what is stored must come back exactly as it was given.
 */
export function canonicalJson(value: unknown): string {
  const wrong = whatIsNotPlain(value, 0);
  if (wrong !== undefined) throw new TypeError(`The value cannot be stored: ${wrong}`);
  const text = canonicalize(value);
  // The encoder is not ours: what it wrote is read back and compared before anybody relies on it.
  if (text === undefined || !sameValue(value, JSON.parse(text))) {
    throw new TypeError('The value cannot be stored: it does not survive being written and read as JSON');
  }
  return text;
}

function whatIsNotPlain(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case 'string':
      return LONE_SURROGATE.test(value) ? ' holds half a surrogate pair' : undefined;
    case 'number':
      return whatIsWrongWithNumber(value);
    case 'boolean':
      return undefined;
    case 'object':
      if (value === null) return undefined;
      if (depth >= DEEPEST) return ` is nested more than ${DEEPEST} deep`;
      return Array.isArray(value) ? listProblem(value, depth) : recordProblem(value, depth);
    default:
      return ` is ${typeof value}, which JSON does not have`;
  }
}

function whatIsWrongWithNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return ` is ${value}`;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return ` is a whole number beyond ±(2^53−1)`;
  return undefined;
}

function listProblem(list: readonly unknown[], depth: number): string | undefined {
  if (!Array.isArray(Object.getPrototypeOf(list))) return ' is not a plain list';
  // A hole reads as undefined and is refused as such; more keys than elements are members that JSON would lose.
  if (Reflect.ownKeys(list).length !== list.length + 1) return ' is a list with holes or members of its own';
  for (let i = 0; i < list.length; i += 1) {
    const wrong = whatIsNotPlain(list[i], depth + 1);
    if (wrong !== undefined) return `[${i}]${wrong}`;
  }
  return undefined;
}

function recordProblem(record: object, depth: number): string | undefined {
  if (!isPlainObject(record)) return ' is not a plain object';
  if (Object.getOwnPropertySymbols(record).length > 0) return ' has a member named by a symbol';
  for (const name of Object.keys(record)) {
    const member = (record as Record<string, unknown>)[name];
    if (member === undefined) continue;
    if (LONE_SURROGATE.test(name)) return ' has a member whose name holds half a surrogate pair';
    const wrong = whatIsNotPlain(member, depth + 1);
    if (wrong !== undefined) return `.${name}${wrong}`;
  }
  return undefined;
}

// An `Object.prototype` of another realm (a worker's message, a sandbox) is as good as ours.
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf');
}

/** Whether the parsed value is the given one, members that are undefined counting as absent and −0 as 0. */
function sameValue(given: unknown, parsed: unknown): boolean {
  if (given === parsed) return true;
  if (typeof given !== 'object' || typeof parsed !== 'object' || given === null || parsed === null) return false;
  if (Array.isArray(given)) {
    return (
      Array.isArray(parsed) &&
      given.length === parsed.length &&
      given.every((element, index) => sameValue(element, parsed[index]))
    );
  }
  return !Array.isArray(parsed) && sameRecord(given as Record<string, unknown>, parsed as Record<string, unknown>);
}

function sameRecord(given: Record<string, unknown>, parsed: Record<string, unknown>): boolean {
  let present = 0;
  for (const name of Object.keys(given)) {
    if (given[name] === undefined) continue;
    if (!Object.hasOwn(parsed, name) || !sameValue(given[name], parsed[name])) return false;
    present += 1;
  }
  return Object.keys(parsed).length === present;
}
