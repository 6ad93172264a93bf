import { Field, InputType } from '@nestjs/graphql';
import { Day, EventRef, MutationInput, Nested, SchoolYearScalar, Text } from '@waymark/nest-kit';
import { IsString } from 'class-validator';
import { InitiativeCorrectionInput, InitiativeInput, StaffCellInput } from './initiative.inputs.js';

const HELD = 'Day from which it holds; today when left out, never later.';
const CELLS = 'One line per staff group.';
const AS_IT_SHOULD = 'All lines as they should read.';

@InputType({ description: 'What to say in order to: promise staff.' })
export class PromiseStaffInput extends InitiativeInput {
  @Field(() => SchoolYearScalar, { description: 'The school year, the next one at the latest.' })
  @IsString()
  schoolYear!: string;

  @Nested(() => StaffCellInput, { description: CELLS, list: { max: 50 } })
  cells!: StaffCellInput[];

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ isAbstract: true })
abstract class PromiseCorrectionInput extends InitiativeCorrectionInput {
  @Field(() => SchoolYearScalar, { description: 'The school year of the promise.' })
  @IsString()
  schoolYear!: string;
}

@InputType({ description: 'What to say in order to: correct staff promise.' })
export class CorrectStaffPromiseInput extends PromiseCorrectionInput {
  @Nested(() => StaffCellInput, { description: AS_IT_SHOULD, list: { max: 50 } })
  cells!: StaffCellInput[];
}

@InputType({ description: 'What to say in order to: withdraw staff promise.' })
export class WithdrawStaffPromiseInput extends PromiseCorrectionInput {}

@InputType({ isAbstract: true })
export abstract class StaffInput extends MutationInput {
  @Text(80, { description: 'Service agency, district or school whose staff it is: its code ("MI-03") or id.' })
  organisation!: string;

  @Field(() => SchoolYearScalar, { description: 'The school year, the next one at the latest.' })
  @IsString()
  schoolYear!: string;
}

@InputType({ description: 'What to say in order to: state staff availability.' })
export class StateStaffAvailabilityInput extends StaffInput {
  @Nested(() => StaffCellInput, { description: CELLS, list: { max: 50 } })
  cells!: StaffCellInput[];

  @Day({ description: HELD, nullable: true })
  effectiveOn?: string;
}

@InputType({ isAbstract: true })
abstract class StaffCorrectionInput extends StaffInput {
  @EventRef({ description: 'Event of the entry that was wrong.' })
  corrects!: string;

  @Text(2000, { description: 'Why. Names of persons do not belong in it.' })
  reason!: string;
}

@InputType({ description: 'What to say in order to: correct staff availability.' })
export class CorrectStaffAvailabilityInput extends StaffCorrectionInput {
  @Nested(() => StaffCellInput, { description: AS_IT_SHOULD, list: { max: 50 } })
  cells!: StaffCellInput[];
}

@InputType({ description: 'What to say in order to: withdraw staff availability.' })
export class WithdrawStaffAvailabilityInput extends StaffCorrectionInput {}
