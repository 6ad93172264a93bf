import { InputType } from '@nestjs/graphql';
import { Amount, Code, Day, GlobalId, localId, Nested, present, Text, Whole } from '@waymark/nest-kit';
import { DomainError, type OrganisationId } from '@waymark/kernel';
import {
  AnswerStateEnum,
  EvidenceKindEnum,
  FocusAreaEnum,
  RelationKindEnum,
  ResourceKindEnum,
  ThreeWayEnum,
} from './exploration.enums.js';
import type { ItemAnswer } from './exploration-cycle-commands.js';
import type { AnswerValue } from './question-set.js';

const NO_NAMES = 'Names of persons do not belong in it.';

@InputType({ description: 'Where something was learned.' })
export class EvidenceInput {
  @Code(EvidenceKindEnum, { description: 'Kind of source.' })
  kind!: keyof typeof EvidenceKindEnum;

  @Day({ description: 'Day on which it was seen or held; today at the latest.' })
  seenOn!: string;

  @Text(500, { description: `What it is and where it can be found. ${NO_NAMES}`, nullable: true })
  reference?: string;
}

@InputType({ description: 'A level for a focus area.' })
export class ScaleInput {
  @Whole(1, 5, { description: 'The level.' })
  level!: number;

  @Code(FocusAreaEnum, { description: 'Focus area, where the part asks for one.', nullable: true })
  focusArea?: keyof typeof FocusAreaEnum;
}

@InputType({ description: 'A number with its unit.' })
export class QuantityInput {
  @Amount({ description: 'The number.' })
  quantity!: number;

  @Text(40, { description: 'The unit.' })
  unit!: string;
}

@InputType({ description: 'A set of aggregate data; never data about single pupils.' })
export class DataSetInput {
  @Text(300, { description: 'Name of the data set.' })
  title!: string;

  @Text(20_000, { description: 'What it shows.' })
  finding!: string;

  @Day({ description: 'Day on which it was seen.' })
  seenOn!: string;
}

@InputType({ description: 'A plan that was read.' })
export class PlanInput {
  @Text(60, { description: 'Kind of plan: one of the codes of the part.' })
  planKind!: string;

  @Text(300, { description: 'Name of the plan.' })
  title!: string;

  @Day({ description: 'Day on which it was seen.', nullable: true })
  seenOn?: string;

  @Text(1000, { description: 'Where it can be found.', nullable: true })
  link?: string;
}

@InputType({ description: 'An initiative by its name.' })
export class InitiativeInput {
  @Text(300, { description: 'Name of the initiative.' })
  name!: string;

  @GlobalId({ description: 'Organisation that owns it.', nullable: true })
  ownerOrganisationId?: string;
}

@InputType({ description: 'How MTSS in a focus area bears on an initiative.' })
export class RelationInput {
  @Text(300, { description: 'Name of the initiative.' })
  initiative!: string;

  @Code(FocusAreaEnum, { description: 'The focus area.' })
  focusArea!: keyof typeof FocusAreaEnum;

  @Code(RelationKindEnum, { description: 'The relation.' })
  relation!: keyof typeof RelationKindEnum;

  @Text(100, { description: 'Groups of staff concerned (groups, not persons).', nullable: true, list: true })
  staffGroups?: string[];

  @Text(20_000, { description: `Why. ${NO_NAMES}`, nullable: true })
  explanation?: string;
}

@InputType({ description: 'Something that can be given.' })
export class ResourceInput {
  @Code(ResourceKindEnum, { description: 'Kind of resource.' })
  resource!: keyof typeof ResourceKindEnum;

  @Text(20, { description: 'Decimal number; money in whole US cents.' })
  amount!: string;

  @Text(40, { description: 'The unit, such as FTE; USD_CENTS for money.' })
  unit!: string;

  @Text(200, { description: 'Where the money comes from.', nullable: true })
  fundingSource?: string;

  @Day({ description: 'First day.', nullable: true })
  from?: string;

  @Day({ description: 'Last day.', nullable: true })
  until?: string;
}

@InputType({ description: 'What staff must learn.' })
export class LearningNeedInput {
  @Text(200, { description: 'Role of those who learn.' })
  staffRole!: string;

  @Text(300, { description: 'What they learn.' })
  topic!: string;

  @Text(60, { description: 'Whom it is for: one of the codes of the part.' })
  audience!: string;

  @Day({ description: 'By when.', nullable: true })
  by?: string;
}

@InputType({ description: 'A change in the organisation.' })
export class ChangeInput {
  @Text(1000, { description: `The change. ${NO_NAMES}` })
  change!: string;

  @Text(200, { description: 'Role that sees to it.' })
  ownerRole!: string;

  @Text(60, { description: 'How far it is: one of the codes of the part.' })
  status!: string;
}

@InputType({
  description: 'One part of an answer: its code and exactly one value, of the kind that the part declares (R-12).',
})
export class AnswerPartInput {
  @Text(60, { description: 'Code of the part, as the item declares it.' })
  part!: string;

  @Text(20_000, { description: `For parts of kind TEXT. ${NO_NAMES}`, nullable: true })
  text?: string;

  @Code(ThreeWayEnum, { description: 'For parts of kind THREE_WAY.', nullable: true })
  threeWay?: keyof typeof ThreeWayEnum;

  @Nested(() => ScaleInput, { description: 'For parts of kind SCALE5.', nullable: true })
  scale?: ScaleInput;

  @Text(60, { description: 'For parts of kind CHOICE.', nullable: true })
  choice?: string;

  @Text(60, { description: 'For parts of kind CHOICES.', nullable: true, list: true })
  choices?: string[];

  @Code(FocusAreaEnum, { description: 'For parts of kind FOCUS_AREAS.', nullable: true, list: 20 })
  focusAreas?: (keyof typeof FocusAreaEnum)[];

  @Nested(() => QuantityInput, { description: 'For parts of kind QUANTITY.', nullable: true })
  quantity?: QuantityInput;

  @Nested(() => DataSetInput, { description: 'For parts of kind DATA_SET.', nullable: true })
  dataSet?: DataSetInput;

  @Nested(() => PlanInput, { description: 'For parts of kind PLAN.', nullable: true })
  plan?: PlanInput;

  @Nested(() => InitiativeInput, { description: 'For parts of kind INITIATIVE.', nullable: true })
  initiative?: InitiativeInput;

  @Nested(() => RelationInput, { description: 'For parts of kind RELATION.', nullable: true })
  relation?: RelationInput;

  @Nested(() => ResourceInput, { description: 'For parts of kind RESOURCE.', nullable: true })
  resource?: ResourceInput;

  @Nested(() => LearningNeedInput, { description: 'For parts of kind LEARNING_NEED.', nullable: true })
  learningNeed?: LearningNeedInput;

  @Nested(() => ChangeInput, { description: 'For parts of kind CHANGE.', nullable: true })
  change?: ChangeInput;
}

@InputType({ description: 'An answer in parts, or "unknown" or "not applicable" with its reason (R-11).' })
export class ItemAnswerInput {
  @Code(AnswerStateEnum, { description: 'Which of the three.' })
  state!: keyof typeof AnswerStateEnum;

  @Nested(() => AnswerPartInput, { description: 'The parts, when ANSWERED.', nullable: true, list: { max: 100 } })
  parts?: AnswerPartInput[];

  @Text(2000, { description: `Why it is unknown or not applicable. ${NO_NAMES}`, nullable: true })
  reason?: string;
}

type Given = Partial<Record<Exclude<keyof AnswerPartInput, 'part'>, never>>;
type Reader = {
  [K in keyof Given]-?: (value: NonNullable<AnswerPartInput[K]>, path: readonly string[]) => AnswerValue;
};

const readers: Reader = {
  text: (text) => ({ kind: 'TEXT', text }),
  threeWay: (choice) => ({ kind: 'THREE_WAY', choice }),
  scale: (scale) => ({ kind: 'SCALE5', ...scale }),
  choice: (choice) => ({ kind: 'CHOICE', choice }),
  choices: (choices) => ({ kind: 'CHOICES', choices }),
  focusAreas: (focusAreas) => ({ kind: 'FOCUS_AREAS', focusAreas }),
  quantity: ({ quantity, unit }) => ({ kind: 'QUANTITY', amount: quantity, unit }),
  dataSet: (dataSet) => ({ kind: 'DATA_SET', ...dataSet }),
  plan: (plan) => ({ kind: 'PLAN', ...plan }),
  initiative: ({ name, ownerOrganisationId: owner }, path) => ({
    ...{ kind: 'INITIATIVE', name },
    ...(owner !== undefined && { ownerId: localId<OrganisationId>('Organisation', owner, [...path, 'initiative']) }),
  }),
  relation: (relation) => ({ kind: 'RELATION', ...relation }),
  resource: (resource) => ({ kind: 'RESOURCE', ...resource }),
  learningNeed: (need) => ({ kind: 'LEARNING_NEED', ...need }),
  change: (change) => ({ kind: 'CHANGE', ...change }),
};

/** The answer that an input means. Throws ANSWER_DOES_NOT_FIT when a part has no value or several. */
export function answerOf(input: ItemAnswerInput): ItemAnswer {
  const { state, parts = [], reason = '' } = present(input);
  if (state !== 'ANSWERED') return { kind: state, reason };
  return {
    kind: 'ANSWERED',
    parts: parts.map((given, index) => {
      const { part, ...values } = given as { part: string } & Record<keyof Given, never>;
      const path = ['answer', 'parts', String(index)];
      const names = Object.keys(values) as (keyof Given)[];
      if (names.length !== 1) {
        throw new DomainError('ANSWER_DOES_NOT_FIT', `Give the part ${part} exactly one value, not ${names.length}.`, {
          ...{ rule: 'R-12', path },
        });
      }
      const name = names[0]!;
      return { part, value: readers[name](values[name], path) };
    }),
  };
}
