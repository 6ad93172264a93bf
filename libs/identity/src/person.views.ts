import { Field, ID, ObjectType } from '@nestjs/graphql';
import { connectionOf, DateScalar, Node, payloadOf } from '@waymark/nest-kit';
import type { Role } from './person.events.js';
import { RoleEnum } from './person.inputs.js';

@ObjectType('Contact', {
  description: 'Name and address of a person. Personal data: kept sealed, opened for those who may.',
})
export class ContactView {
  @Field(() => String, { description: 'Name under which colleagues know the person.' })
  name!: string;

  @Field(() => String, { description: 'E-mail address at work.' })
  email!: string;

  @Field(() => String, { nullable: true, description: 'Telephone number at work.' })
  phone!: string | null;
}

@ObjectType('Grant', { description: 'A role of a person for an organisation, between two days.' })
export class GrantView {
  @Field(() => ID, { description: 'Id of the grant; endGrant takes it.' })
  id!: string;

  @Field(() => RoleEnum, { description: 'The role.' })
  role!: Role;

  @Field(() => ID, { nullable: true, description: 'The organisation; null for the operator of the installation.' })
  organisationId!: string | null;

  @Field(() => String, { description: 'Name of the organisation.' })
  organisationName!: string;

  @Field(() => DateScalar, { description: 'First day on which it holds.' })
  from!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'First day on which it no longer holds; null while it is open.',
  })
  until!: string | null;

  @Field(() => Boolean, { description: 'Whether it holds today, in the time zone of the organisation.' })
  inForce!: boolean;

  @Field(() => String, { nullable: true, description: 'Why it was ended.' })
  endReason!: string | null;
}

@ObjectType('Person', {
  implements: () => [Node],
  description: 'A member of staff who acts in this system, under an opaque id.',
})
export class PersonView extends Node {
  @Field(() => ContactView, {
    nullable: true,
    description: 'Name and address; null for those who have no right to see them, and once they are erased.',
  })
  contact!: ContactView | null;

  @Field(() => Boolean, { description: 'Whether this is an invented person of the sample data.' })
  isSample!: boolean;

  @Field(() => [GrantView], { description: 'Roles, past and coming ones included, in the order in which they begin.' })
  grants!: GrantView[];
}

export const PersonConnection = connectionOf(() => PersonView, 'Person');
export const PersonPayload = payloadOf(() => PersonView, 'Person');
