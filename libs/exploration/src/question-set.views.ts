import { Field, ObjectType } from '@nestjs/graphql';
import { ListLength } from '@waymark/nest-kit';
import { AnswerKindEnum, AnsweredByEnum, AssessmentEnum, SubjectKindEnum } from './exploration.enums.js';

/** How many parts an item usually has: what is asked of each counts so often. */
export const USUAL_PARTS = 3;

@ObjectType({ description: 'A typed part that an item declares.' })
export class QuestionPart {
  @Field(() => String, { description: 'Code of the part.' })
  part!: string;

  @Field(() => AnswerKindEnum, { description: 'Type of its value.' })
  kind!: string;

  @Field(() => String, { description: 'What the part asks.' })
  text!: string;

  @Field(() => Boolean, { description: 'Whether the item is a gap without it.' })
  required!: boolean;

  @Field(() => Boolean, { description: 'Whether it may be given more than once.' })
  repeatable!: boolean;

  @Field(() => [String], { nullable: true, description: 'Codes that it takes; any when null.' })
  codes!: string[] | null;
}

@ObjectType({ description: 'A guiding question as a structured item.' })
export class QuestionItemView {
  @Field(() => String, { description: 'Key within the set.' })
  item!: string;

  @Field(() => AssessmentEnum, { description: 'Part of the exploration it belongs to.' })
  assessment!: string;

  @Field(() => String, { description: 'The question, in this project’s own words.' })
  text!: string;

  @Field(() => AnsweredByEnum, { description: 'What answers it.' })
  answeredBy!: string;

  @ListLength(USUAL_PARTS)
  @Field(() => [QuestionPart], { description: 'Typed parts of its answer.' })
  parts!: QuestionPart[];
}

@ObjectType('QuestionSet', { description: 'A version of the list of guiding questions.' })
export class QuestionSetView {
  @Field(() => String, { description: 'Code of this version.' })
  code!: string;

  @Field(() => String, { description: 'Versions of one list share a lineage.' })
  lineage!: string;

  @Field(() => String, { description: 'Name for people.' })
  label!: string;

  @Field(() => SubjectKindEnum, { description: 'Who explores with it.' })
  subject!: string;

  @Field(() => [QuestionItemView], { description: 'The items in the order in which they are asked.' })
  items!: QuestionItemView[];
}
