import { Field, ID, ObjectType } from '@nestjs/graphql';
import type { Entry } from '@waymark/kernel';
import { enumOf } from './enum-of.js';
import { DateScalar, DateTimeScalar } from './scalars.js';

export const ActEnum = enumOf(
  ['STATED', 'CORRECTED', 'WITHDRAWN'],
  'StatementAct',
  'Said, put right, or taken back as never true.',
);
/** When, how and in which role something was said, whatever it is about. */
@ObjectType({ isAbstract: true })
export abstract class StatementView {
  @Field(() => ID, { description: 'The event; give it as `corrects` to put it right, or as `basedOn`.' })
  eventId!: string;

  @Field(() => ActEnum, { description: 'Said, put right, or taken back.' })
  act!: string;

  @Field(() => DateTimeScalar, { description: 'When it was recorded.' })
  recordedAt!: string;

  @Field(() => DateScalar, { description: 'From which day it holds.' })
  effectiveOn!: string;

  @Field(() => String, { description: 'Role in which it was recorded.' })
  role!: string;

  @Field(() => String, { nullable: true, description: 'Reason given, for corrections and withdrawals above all.' })
  reason!: string | null;
}

/** What all views of statements have in common. */
export function statementOf({ eventId, act, recordedAt, effectiveOn, role, reason }: Entry<unknown>): StatementView {
  return { eventId, act, recordedAt, effectiveOn, role, reason: reason ?? null };
}
