import { Field, Float, ID, Int } from '@nestjs/graphql';
import {
  ArrayMaxSize,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
} from 'class-validator';
import type { FieldOptions } from './inputs.js';
import { DateScalar } from './scalars.js';

function common({ nullable = false }: FieldOptions): PropertyDecorator {
  return (target, property) => {
    if (nullable) IsOptional()(target, property as string);
  };
}

/** One code of an enum, or with `list` several, at most as many. */
export function Code(of: object, options: FieldOptions & { readonly list?: number }): PropertyDecorator {
  return (target, property) => {
    const { description, nullable = false, list } = options;
    const each = list !== undefined;
    Field(() => (each ? [of] : of), { description, nullable })(target, property as string);
    common(options)(target, property);
    IsIn(Object.values(of), { each })(target, property as string);
    if (each) ArrayMaxSize(list)(target, property as string);
  };
}

/** A day. The scalar checks its form. */
export function Day(options: FieldOptions): PropertyDecorator {
  return (target, property) => {
    const { description, nullable = false } = options;
    Field(() => DateScalar, { description, nullable })(target, property as string);
    common(options)(target, property);
    IsString()(target, property as string);
  };
}

/** Id of an event, as receipts and statements give it. */
export function EventRef(options: FieldOptions): PropertyDecorator {
  return uuid(options, 'the id of an event as a receipt gives it');
}

/** Id of something within a record, as its view gives it. */
export function InnerId(options: FieldOptions): PropertyDecorator {
  return uuid(options, 'an id as the view gives it');
}

function uuid(options: FieldOptions, what: string): PropertyDecorator {
  return (target, property) => {
    const { description, nullable = false } = options;
    Field(() => ID, { description, nullable })(target, property as string);
    common(options)(target, property);
    const message = `$property is not ${what}`;
    Matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, { message })(target, property as string);
  };
}

/** A whole number between two bounds. */
export function Whole(least: number, most: number, options: FieldOptions): PropertyDecorator {
  return (target, property) => {
    const { description, nullable = false } = options;
    Field(() => Int, { description: `${description} ${least} to ${most}.`, nullable })(target, property as string);
    common(options)(target, property);
    IsInt()(target, property as string);
    Min(least)(target, property as string);
    Max(most)(target, property as string);
  };
}

/** A number from zero up to a million. */
export function Amount(options: FieldOptions): PropertyDecorator {
  return (target, property) => {
    const { description, nullable = false } = options;
    Field(() => Float, { description, nullable })(target, property as string);
    common(options)(target, property);
    IsNumber({ allowNaN: false, allowInfinity: false })(target, property as string);
    Min(0)(target, property as string);
    Max(1_000_000)(target, property as string);
  };
}

/** Yes or no, no when it is left out. */
export function Switch(options: { readonly description: string }): PropertyDecorator {
  return (target, property) => {
    Field(() => Boolean, { description: options.description, defaultValue: false })(target, property as string);
    IsOptional()(target, property as string);
    IsBoolean()(target, property as string);
  };
}

type Present<T> = T extends readonly (infer M)[]
  ? Present<M>[]
  : T extends object
    ? { [K in keyof T]: Present<Exclude<T[K], null>> }
    : Exclude<T, null>;

/** The input as plain data in which null and absent are the same: members that say nothing are left out. */
export function present<T>(value: T): Present<T> {
  if (Array.isArray(value)) return value.map((member) => present<unknown>(member)) as Present<T>;
  if (typeof value !== 'object' || value === null) return value as Present<T>;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, present<unknown>(member)])) as Present<T>;
}
