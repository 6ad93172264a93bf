import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { validateSync, type ValidationError } from 'class-validator';
import { type BadField, BadShapeError } from '../errors.js';
import { InputShape, wrongText } from './input-shape.js';
import { DEFAULT_TEXT_LIMIT, textLimits } from './inputs.js';

const NO_CLASS: readonly unknown[] = [String, Number, Boolean, Array, Object, undefined];

/**
 * Checks the shape of every argument of a resolver and builds inputs as their classes. A null in an input counts as absent:
 * both say nothing. No text holds control characters, and none is longer than its stated limit.
 */
@Injectable()
export class ShapePipe implements PipeTransform {
  transform(value: unknown, { type, data, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body') return value;
    const path = data === undefined ? [] : [data];
    if (NO_CLASS.includes(metatype) || typeof value !== 'object' || value === null) return plainArgument(value, path);
    return InputShape.of(metatype as Type<object>).accepted(value) ?? lookedAt(metatype as Type<object>, value, path);
  }
}

function plainArgument(value: unknown, path: readonly string[]): unknown {
  const bad: BadField[] = [];
  const stated = cleaned(value, path, bad);
  if (bad.length > 0) throw new BadShapeError(bad);
  return stated;
}

/** The input, when all of it holds. Throws BadShapeError, which says of each field what does not. */
function lookedAt(metatype: Type<object>, value: object, path: readonly string[]): object {
  const bad: BadField[] = [];
  const stated = cleaned(value, path, bad, DEFAULT_TEXT_LIMIT, textLimits(metatype.prototype as object)) as object;
  if (bad.length > 0) throw new BadShapeError(bad);
  const input = InputShape.of(metatype).built(stated);
  const errors = validateSync(input, { forbidUnknownValues: false, stopAtFirstError: true });
  if (errors.length > 0) throw new BadShapeError(errors.flatMap((error) => badFields(error, path)));
  return input;
}

function badFields(error: ValidationError, at: readonly string[]): BadField[] {
  const path = [...at, error.property];
  const own = Object.values(error.constraints ?? {}).map((message) => ({ path, message }));
  return [...own, ...(error.children ?? []).flatMap((child) => badFields(child, path))];
}

/** A copy without nulls; what is wrong with its texts goes into `bad`. `limits` are those of its own members, by name. */
function cleaned(
  value: unknown,
  path: readonly string[],
  bad: BadField[],
  limit = DEFAULT_TEXT_LIMIT,
  limits: Readonly<Record<string, number>> = {},
): unknown {
  if (typeof value === 'string') {
    const message = wrongText(value, limit);
    if (message !== undefined) bad.push({ path, message });
    return value;
  }
  if (Array.isArray(value)) return value.map((member, index) => cleaned(member, [...path, String(index)], bad));
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(
    given.map(([name, member]) => [name, cleaned(member, [...path, name], bad, limits[name] ?? DEFAULT_TEXT_LIMIT)]),
  );
}
