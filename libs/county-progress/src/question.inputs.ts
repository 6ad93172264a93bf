import { Field, InputType } from '@nestjs/graphql';
import { DateScalar, Text } from '@waymark/nest-kit';
import { IsOptional } from 'class-validator';

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
