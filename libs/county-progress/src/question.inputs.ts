import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { DateScalar, PageArgs, pageArgs, Text } from '@waymark/nest-kit';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { DialsWanted } from './asking/dials.js';

@InputType('QuestionInput', { description: 'One input of a question, by name. Each question says which it takes.' })
export class QuestionInputInput {
  @Text(80, { description: 'Name of the input.' })
  name!: string;

  @Text(400, { description: 'Its value, written as text.' })
  value!: string;
}

@InputType('AsOfInput', {
  description:
    'Where the two dials stand. What is left out stands at now; a recorded dial alone takes the day with it.',
})
export class AsOfInput {
  @Text(60, {
    nullable: true,
    description: 'What was known then: an instant with its offset, or the id of an event, as an answer gives it.',
  })
  recorded?: string | undefined;

  @Field(() => DateScalar, { nullable: true, description: 'What was true on this day.' })
  @IsOptional()
  effective?: string | undefined;
}

/** The argument `asOf` of whatever is answered as of two dials. */
export const AS_OF = {
  type: () => AsOfInput,
  nullable: true,
  description: 'Where the dials stand; now when left out.',
} as const;

/** The dials as a question takes them. */
export function dialsOf(asOf: AsOfInput | null): DialsWanted {
  return { recordedAsOf: asOf?.recorded ?? undefined, effectiveAsOf: asOf?.effective ?? undefined };
}

/** A page of what an answer lists. */
@ArgsType()
export class ItemsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only items of this kind, one that the question lists.' })
  @IsOptional()
  @IsString()
  @MaxLength(80)
  kind?: string | null;
}

/** A page of one of several lists that stand side by side. */
@ArgsType()
export class FewArgs extends pageArgs(10) {}

/** A page of the events behind one of many figures. */
@ArgsType()
export class FigureSourcesArgs extends pageArgs(3) {
  @Field(() => Boolean, { defaultValue: false, description: 'Also the earlier events of each statement.' })
  history: boolean = false;
}
