import type { Type } from '@nestjs/common';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { DEFAULT_TEXT_LIMIT, nestedInputs, textLimits } from './inputs.js';

type RuleData = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type Limits = Readonly<Record<string, number>>;
/** Whether a value of a member holds; `input` is what it is a member of. */
type Rule = (value: unknown, input: object) => boolean;

/** What an input class asks of one of its members. */
interface Member {
  readonly name: string;
  /** Without any of them the member is not looked at. */
  readonly conditions: readonly Rule[];
  readonly rules: readonly Rule[];
  readonly isNested: boolean;
}

/** Control characters of C0 and C1 besides tab, line feed and carriage return; and lone halves of surrogate pairs. */
// eslint-disable-next-line no-control-regex -- finding them is the purpose
const NOT_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Surrogate}/u;

const NO_LIMITS: Limits = {};

/** What is wrong with a text, or undefined. */
export function wrongText(text: string, limit: number): string | undefined {
  if (text.length > limit) return `has ${text.length} characters; ${limit} is the limit`;
  return NOT_TEXT.test(text) ? 'holds control characters; remove them' : undefined;
}

/**
 * The rules of an input class, gathered from its decorators once. class-validator gathers them at every check, which costs more than the
 * check; it still finds the words for what does not hold. What is accepted here it accepts as well: a rule of a kind that is not
 * known here makes the class one that is always left to it.
 */
export class InputShape {
  private static readonly known = new WeakMap<object, InputShape>();

  /** The shape of a class. Its decorators have all been called by the time it is used. */
  static of(type: Type<object>): InputShape {
    return InputShape.known.get(type) ?? new InputShape(type);
  }

  /** Whether every rule of the class, and of those within it, is of a kind that is known here. */
  readonly isKnown: boolean;
  private readonly limits: Limits;
  private readonly members: readonly Member[];
  private readonly nested: ReadonlyMap<string, InputShape>;

  private constructor(private readonly type: Type<object>) {
    // Before those within it: one of them that holds this class again finds it, not known yet.
    InputShape.known.set(type, this);
    const prototype = type.prototype as object;
    this.limits = textLimits(prototype);
    this.nested = new Map(Object.entries(nestedInputs(prototype)).map(([name, of]) => [name, InputShape.of(of())]));
    const storage = getMetadataStorage();
    const data = storage.getTargetValidationMetadatas(type, '', false, false);
    const groups = Object.entries(storage.groupByPropertyName(data));
    this.members = groups.map(([name, rules]) => memberOf(name, rules));
    this.isKnown =
      data.every((rule) => isKnownRule(rule) && (!isNesting(rule) || this.nested.has(rule.propertyName))) &&
      [...this.nested.values()].every((shape) => shape.isKnown);
  }

  /** The value as an object of its class, without members that say nothing, when all of it holds; else undefined. */
  accepted(value: object): object | undefined {
    if (!this.isKnown) return undefined;
    const texts = { areFit: true };
    const input = this.built(value, texts, this.limits);
    return texts.areFit && this.holds(input) ? input : undefined;
  }

  /** The value as an object of its class, nested ones as theirs, whatever there is to say against it. */
  built(value: object, texts = { areFit: true }, limits = NO_LIMITS): object {
    const input = new this.type() as Record<string, unknown>;
    for (const [name, member] of Object.entries(value)) {
      if (member === null || member === undefined) continue;
      input[name] = copied(member, this.nested.get(name), texts, limits[name] ?? DEFAULT_TEXT_LIMIT);
    }
    return input;
  }

  private holds(input: object): boolean {
    return this.members.every(({ name, conditions, rules, isNested }) => {
      const value = (input as Record<string, unknown>)[name];
      if (!conditions.every((condition) => condition(value, input))) return true;
      return rules.every((rule) => rule(value, input)) && (!isNested || this.nestedHolds(name, value));
    });
  }

  private nestedHolds(name: string, value: unknown): boolean {
    if (value === undefined) return true;
    const shape = this.nested.get(name)!;
    const one = (input: unknown) => typeof input === 'object' && input !== null && shape.holds(input);
    return Array.isArray(value) ? value.every(one) : one(value);
  }
}

/** A copy in which objects are of the class, when there is one; notes a text that may not fit. */
function copied(value: unknown, shape: InputShape | undefined, texts: { areFit: boolean }, limit: number): unknown {
  if (typeof value === 'string') {
    if (texts.areFit) texts.areFit = wrongText(value, limit) === undefined;
    return value;
  }
  if (Array.isArray(value)) return value.map((member) => copied(member, shape, texts, DEFAULT_TEXT_LIMIT));
  if (typeof value !== 'object' || value === null) return value;
  if (shape !== undefined) return shape.built(value, texts);
  const given = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(
    given.map(([name, member]) => [name, copied(member, undefined, texts, DEFAULT_TEXT_LIMIT)]),
  );
}

function memberOf(name: string, rules: readonly RuleData[]): Member {
  const of = (type: string) => rules.filter((rule) => rule.type === type);
  return {
    name,
    conditions: of(ValidationTypes.CONDITIONAL_VALIDATION).map(conditionOf),
    rules: of(ValidationTypes.CUSTOM_VALIDATION).flatMap(rulesOf),
    isNested: of(ValidationTypes.NESTED_VALIDATION).length > 0,
  };
}

function conditionOf({ constraints }: RuleData): Rule {
  const condition = constraints[0] as (input: object, value: unknown) => boolean;
  return (value, input) => condition(input, value);
}

function rulesOf(data: RuleData): Rule[] {
  const { propertyName: property, constraints, each, validateIf } = data;
  return checksOf(data).map(({ instance }): Rule => {
    return (value, input) => {
      if (validateIf !== undefined && !validateIf(input, value)) return true;
      const stated = { targetName: input.constructor.name, property, object: input, value, constraints };
      const holds = (one: unknown) => instance.validate(one, stated) === true;
      return each && Array.isArray(value) ? value.every(holds) : holds(value);
    };
  });
}

function checksOf({ constraintCls }: RuleData) {
  return getMetadataStorage().getTargetValidatorConstraints(constraintCls);
}

function isNesting({ type }: RuleData): boolean {
  return type === ValidationTypes.NESTED_VALIDATION;
}

function isKnownRule(rule: RuleData): boolean {
  if (isNesting(rule) || rule.type === ValidationTypes.CONDITIONAL_VALIDATION) return true;
  return rule.type === ValidationTypes.CUSTOM_VALIDATION && checksOf(rule).every((check) => !check.async);
}
