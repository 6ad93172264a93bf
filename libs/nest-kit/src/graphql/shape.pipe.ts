import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import { type BadField, BadShapeError } from '../errors.js';
import { DEFAULT_TEXT_LIMIT, textLimits } from './inputs.js';

/** Control characters of C0 and C1 besides tab, line feed and carriage return; and lone halves of surrogate pairs. */
// eslint-disable-next-line no-control-regex -- finding them is the purpose
const NOT_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Surrogate}/u;
const NO_CLASS: readonly unknown[] = [String, Number, Boolean, Array, Object, undefined];

rememberRules();

/**
 * Checks the shape of every argument of a resolver and builds inputs as their classes. A null in an input counts as absent:
 * both say nothing. No text holds control characters, and none is longer than its stated limit.
 */
@Injectable()
export class ShapePipe implements PipeTransform {
  transform(value: unknown, { type, data, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body') return value;
    const bad: BadField[] = [];
    const path = data === undefined ? [] : [data];
    const isInput = !NO_CLASS.includes(metatype);
    const limits = isInput ? textLimits(metatype!.prototype as object) : {};
    const stated = cleaned(value, path, limits, bad);
    if (bad.length === 0 && isInput && typeof stated === 'object' && stated !== null) {
      return built(metatype as Type<object>, stated, path);
    }
    if (bad.length > 0) throw new BadShapeError(bad);
    return stated;
  }
}

/** class-validator gathers the rules of a class, and of those it extends, at each check anew; a class that is used has all it ever gets. */
function rememberRules(): void {
  const storage = getMetadataStorage();
  type Gather = typeof storage.getTargetValidationMetadatas;
  const gather: Gather = storage.getTargetValidationMetadatas.bind(storage);
  const known = new WeakMap<object, ReturnType<Gather>>();
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    const isPlain = !schema && !always && !strictGroups && (groups ?? []).length === 0;
    const before = isPlain ? known.get(target) : undefined;
    if (before !== undefined) return before;
    const rules = gather(target, schema, always, strictGroups, groups);
    if (isPlain) known.set(target, rules);
    return rules;
  };
}

function built(metatype: Type<object>, stated: object, path: readonly string[]): object {
  const input = plainToInstance(metatype, stated);
  const errors = validateSync(input, { forbidUnknownValues: false, stopAtFirstError: true });
  if (errors.length > 0) throw new BadShapeError(errors.flatMap((error) => badFields(error, path)));
  return input;
}

function badFields(error: ValidationError, at: readonly string[]): BadField[] {
  const path = [...at, error.property];
  const own = Object.values(error.constraints ?? {}).map((message) => ({ path, message }));
  return [...own, ...(error.children ?? []).flatMap((child) => badFields(child, path))];
}

function wrongText(text: string, limit: number): string | undefined {
  if (text.length > limit) return `has ${text.length} characters; ${limit} is the limit`;
  return NOT_TEXT.test(text) ? 'holds control characters; remove them' : undefined;
}

/** A copy without nulls; what is wrong with its texts goes into `bad`. */
function cleaned(
  value: unknown,
  path: readonly string[],
  limits: Readonly<Record<string, number>>,
  bad: BadField[],
): unknown {
  if (typeof value === 'string') {
    const message = wrongText(value, limits[path.at(-1) ?? ''] ?? DEFAULT_TEXT_LIMIT);
    if (message !== undefined) bad.push({ path, message });
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((member, index) => cleaned(member, [...path, String(index)], limits, bad));
  }
  if (typeof value !== 'object' || value === null) return value;
  const deeper = path.length > 1 ? {} : limits;
  const given = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(given.map(([name, member]) => [name, cleaned(member, [...path, name], deeper, bad)]));
}
