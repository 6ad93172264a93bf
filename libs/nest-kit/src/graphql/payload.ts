import { type Type } from '@nestjs/common';
import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { DomainError, Receipt } from '@waymark/kernel';
import { type ErrorCode, errorCodes, listedCode } from '../error-codes.js';
import { positionToken } from '../positions.js';
import { DateTimeScalar } from './scalars.js';

/** The codes as a GraphQL enum. */
export const ErrorCodeEnum = Object.fromEntries(errorCodes.map((code) => [code, code])) as Record<ErrorCode, ErrorCode>;
registerEnumType(ErrorCodeEnum, {
  name: 'ErrorCode',
  description: 'Why an entry was refused, or what to know about it. Codes are only ever added.',
});

/** A refusal by a rule: nothing was recorded. Beside a receipt: the entry stands, and this is what to know about it. */
@ObjectType('UserError', {
  description:
    'A refusal by a rule of the domain: nothing was recorded. Beside a receipt, what to know about an entry that stands.',
})
export class UserError {
  @Field(() => ErrorCodeEnum, { description: 'Stable code of the refusal.' })
  code!: ErrorCode;

  @Field(() => String, { description: 'What to do, in plain words.' })
  message!: string;

  @Field(() => [String], { description: 'Path into the input that the refusal is about; empty for the whole.' })
  path!: string[];

  @Field(() => String, { nullable: true, description: 'Rule that refused, such as R-11.' })
  rule!: string | null;
}

/** The refusal as clients see it. */
export function userErrorOf(error: DomainError): UserError {
  return { code: listedCode(error.code), message: error.message, path: [...error.path], rule: error.rule ?? null };
}

/** What an accepted mutation leaves in the caller's hand. */
@ObjectType('Receipt', { description: 'Proof that an entry was recorded, durably.' })
export class ReceiptView {
  @Field(() => String, {
    description: 'Place in the record: opaque, rising. Send it as `x-waymark-at-least` to read from there on.',
  })
  position!: string;

  @Field(() => [ID], { description: 'The events that were recorded; none when the entry changed nothing.' })
  eventIds!: string[];

  @Field(() => DateTimeScalar, { description: 'When it was recorded.' })
  recordedAt!: string;

  @Field(() => Boolean, {
    description: 'Whether an earlier request with the same idempotency key had done it already.',
  })
  replayed!: boolean;
}

/** The receipt as clients see it. */
export function receiptViewOf(receipt: Receipt): ReceiptView {
  return {
    position: positionToken(receipt.position),
    eventIds: [...receipt.eventIds],
    recordedAt: receipt.recordedAt,
    replayed: receipt.replayed,
  };
}

/** What every mutation answers with: the entity and a receipt, or refusals. */
export interface Payload<V> {
  readonly entity?: V | null;
  readonly receipt?: ReceiptView | null;
  readonly userErrors: UserError[];
}

const payloads = new Map<string, Type<Payload<unknown>>>();

/**
 * The class of `<name>Payload` over a view class, one per name, shared by all mutations that answer with this view:
 * `export const OrganisationPayload = payloadOf(() => Organisation, 'Organisation')`, `@Mutation(() => OrganisationPayload)`.
 */
export function payloadOf<V>(view: () => Type<V>, name: string): Type<Payload<V>> {
  const known = payloads.get(name);
  if (known !== undefined) return known as Type<Payload<V>>;

  @ObjectType(`${name}Payload`, { description: `Answer of a mutation about: ${name}.` })
  class PayloadView {
    @Field(view, {
      nullable: true,
      description: 'As it stands after the entry; null when it was refused, or when the tables do not show it yet.',
    })
    entity?: V | null;

    @Field(() => ReceiptView, { nullable: true, description: 'Proof of the entry; null when it was refused.' })
    receipt?: ReceiptView | null;

    @Field(() => [UserError], { description: 'Refusals; empty when the entry was accepted and shows.' })
    userErrors!: UserError[];
  }

  payloads.set(name, PayloadView as Type<Payload<unknown>>);
  return PayloadView as unknown as Type<Payload<V>>;
}
