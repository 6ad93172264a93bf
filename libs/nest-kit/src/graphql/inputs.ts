import { Field, ID, InputType } from '@nestjs/graphql';
import { ArrayMaxSize, IsArray, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import type { Type } from '@nestjs/common';

/** Longest text where a field states no limit of its own; the limit an event has as well. */
export const DEFAULT_TEXT_LIMIT = 20_000;
const LIMITS = Symbol('text limits');
const NESTED = Symbol('nested inputs');

/** What every field of an input states. */
export interface FieldOptions {
  readonly description: string;
  readonly nullable?: boolean;
}

/** Limits of the text fields of an input class, by field name. */
export function textLimits(input: object): Readonly<Record<string, number>> {
  return (Reflect.getMetadata(LIMITS, input) as Record<string, number> | undefined) ?? {};
}

/** Classes of the fields of an input class that are inputs themselves, by field name. */
export function nestedInputs(input: object): Readonly<Record<string, () => Type<object>>> {
  return (Reflect.getMetadata(NESTED, input) as Record<string, () => Type<object>> | undefined) ?? {};
}

/**
 * A text field of an input: at most `max` characters, no control characters but tab and line breaks, not blank.
 * The limit is stated in the field's description.
 */
export function Text(max: number, options: FieldOptions & { readonly list?: boolean }): PropertyDecorator {
  return (target, property) => {
    const each = options.list === true;
    const description = `${options.description} At most ${max.toLocaleString('en-US')} characters${each ? ' each' : ''}.`;
    const nullable = options.nullable ?? false;
    Field(() => (each ? [String] : String), { description, nullable })(target, property as string);
    if (nullable) IsOptional()(target, property as string);
    IsString({ each })(target, property as string);
    MaxLength(max, { each, message: `$property has more than ${max} characters` })(target, property as string);
    Matches(/\S/, { each, message: '$property is blank' })(target, property as string);
    const limits = { ...textLimits(target), [property]: max };
    Reflect.defineMetadata(LIMITS, limits, target);
  };
}

/** A nested input, or a list of at most `max` of them, checked and built as its class. */
export function Nested(
  type: () => Type<object>,
  options: FieldOptions & { readonly list?: { readonly max: number } },
): PropertyDecorator {
  return (target, property) => {
    const { list } = options;
    const nullable = options.nullable ?? false;
    const description = list === undefined ? options.description : `${options.description} At most ${list.max}.`;
    Field(() => (list === undefined ? type() : [type()]), { description, nullable })(target, property as string);
    if (nullable) IsOptional()(target, property as string);
    if (list !== undefined) {
      IsArray()(target, property as string);
      ArrayMaxSize(list.max)(target, property as string);
    }
    ValidateNested({ each: list !== undefined })(target, property as string);
    Reflect.defineMetadata(NESTED, { ...nestedInputs(target), [property]: type }, target);
  };
}

/** A global id in an input, or a list of them. */
export function GlobalId(options: FieldOptions & { readonly list?: { readonly max: number } }): PropertyDecorator {
  return (target, property) => {
    const { list } = options;
    const each = list !== undefined;
    const nullable = options.nullable ?? false;
    Field(() => (each ? [ID] : ID), { description: options.description, nullable })(target, property as string);
    if (nullable) IsOptional()(target, property as string);
    if (each) ArrayMaxSize(list.max)(target, property as string);
    IsString({ each })(target, property as string);
    MaxLength(400, { each })(target, property as string);
  };
}

/** What every mutation's input begins with: `class OpenCycleInput extends MutationInput`. */
@InputType({ isAbstract: true })
export abstract class MutationInput {
  @Field(() => String, {
    description:
      'Draw one per intent (a UUID will do) and send it again when repeating: the entry is recorded once. A request that changed nothing is judged anew. 8 to 200 printable ASCII characters.',
  })
  @IsString()
  @Matches(/^[\x21-\x7e][\x20-\x7e]{6,198}[\x21-\x7e]$/, {
    message: 'idempotencyKey must have 8 to 200 printable ASCII characters',
  })
  idempotencyKey!: string;
}
