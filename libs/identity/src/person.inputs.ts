import { Field, ID, InputType, registerEnumType } from '@nestjs/graphql';
import { DateScalar, GlobalId, MutationInput, Text } from '@waymark/nest-kit';
import { IsEmail, IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { type Role, roles } from './person.events.js';

/** The roles as a GraphQL enum. */
export const RoleEnum = Object.fromEntries(roles.map((role) => [role, role])) as Record<Role, Role>;
registerEnumType(RoleEnum, { name: 'Role', description: 'What a person can be entitled to be (docs/rights.md).' });

@InputType({ isAbstract: true })
abstract class ContactInput extends MutationInput {
  @Text(200, { description: 'Name under which colleagues know the person. Stored sealed.' })
  name!: string;

  @Text(254, { description: 'E-mail address at work. Stored sealed.' })
  @IsEmail()
  email!: string;

  @Text(40, { description: 'Telephone number at work. Stored sealed.', nullable: true })
  phone?: string | null;
}

@InputType({ description: 'A member of staff to enter into the record.' })
export class RegisterPersonInput extends ContactInput {}

@InputType({ description: 'Name and contact of a person, stated anew as a whole.' })
export class NamePersonInput extends ContactInput {
  @GlobalId({ description: 'The person.' })
  person!: string;
}

@InputType({ description: 'An account that shall stand for a person.' })
export class LinkAccountInput extends MutationInput {
  @GlobalId({ description: 'The person.' })
  person!: string;

  @Text(500, { description: 'Issuer of the account, exactly as its tokens name it (iss).' })
  @Matches(/^[a-z][a-z0-9+.-]*:\S+$/i, { message: 'issuer must be a URL or URN, as the tokens name it' })
  issuer!: string;

  @Text(255, {
    description: 'The account at that issuer, exactly as its tokens name it (sub). Only a hash of it is kept.',
  })
  subject!: string;
}

@InputType({ description: 'A role for a person.' })
export class GrantRoleInput extends MutationInput {
  @GlobalId({ description: 'The person.' })
  person!: string;

  @Field(() => RoleEnum, { description: 'The role.' })
  @IsIn(roles)
  role!: Role;

  @Text(200, {
    description: 'The organisation it is granted for, by code ("MI-41") or id; left out for ADMIN alone.',
    nullable: true,
  })
  organisation?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day on which it holds; today when left out.' })
  @IsOptional()
  @IsString()
  from?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'First day on which it no longer holds; open when left out.',
  })
  @IsOptional()
  @IsString()
  until?: string | null;
}

@InputType({ description: 'The end of a grant.' })
export class EndGrantInput extends MutationInput {
  @GlobalId({ description: 'The person.' })
  person!: string;

  @Field(() => ID, { description: 'The grant, by the id it has at the person.' })
  @IsString()
  @Matches(/^[0-9a-f-]{36}$/, { message: 'grant must be the id of a grant' })
  grant!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'First day on which it no longer holds; today when left out.',
  })
  @IsOptional()
  @IsString()
  on?: string | null;

  @Text(2000, { description: 'Why it ends. Names do not belong here.' })
  reason!: string;
}
