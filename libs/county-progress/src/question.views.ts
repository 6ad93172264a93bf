import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, DateScalar, DateTimeScalar, ListLength } from '@waymark/nest-kit';
import type { AnswerItem, Figure } from './asking/answer.js';
import { figureStates } from './questions/figure.js';
import { inputKinds } from './questions/question.js';

/** How long lists may well be: what is asked of their entries counts so often. */
const USUAL = { figures: 50, dimensions: 4, changes: 5 };

export const FigureStateEnum = Object.fromEntries(figureStates.map((state) => [state, state]));
registerEnumType(FigureStateEnum, {
  name: 'FigureState',
  description: 'What stands behind a value.',
  valuesMap: {
    KNOWN: { description: 'Everybody concerned has spoken.' },
    PARTIAL: { description: 'Some have spoken; the value counts those.' },
    NO_DATA: { description: 'Nobody has spoken. There is no value; in particular it is not 0.' },
    NOT_APPLICABLE: { description: 'There is nobody who could have spoken.' },
    SUPPRESSED: { description: 'Known, and not shown, for the reason given.' },
  },
});

export const InputKindEnum = Object.fromEntries(inputKinds.map((kind) => [kind, kind]));
registerEnumType(InputKindEnum, { name: 'QuestionInputKind', description: 'How the value of an input is written.' });

@ObjectType('QuestionInputDefinition', { description: 'One input that a question takes. None is required.' })
export class InputDefinitionView {
  @Field(() => String, { description: 'Its name.' })
  name!: string;
  @Field(() => InputKindEnum, { description: 'How its value is written.' })
  kind!: string;
  @Field(() => String, { description: 'What it means.' })
  description!: string;
  @Field(() => String, { description: 'What holds when it is left out.' })
  otherwise!: string;
}

@ObjectType('FigureDefinition', { description: 'One kind of figure that a question answers with.' })
export class FigureDefinitionView {
  @Field(() => String, { description: 'Its name; keys of figures begin with it.' })
  name!: string;
  @Field(() => String, { description: 'Its name for readers.' })
  label!: string;
  @Field(() => String, { description: 'What is counted: districts, plans, cycles, items, …' })
  unit!: string;
  @Field(() => [String], { description: 'What it is broken down by.' })
  dimensions!: readonly string[];
  @Field(() => String, { description: 'The rule, in words: what counts, and what counts as having spoken.' })
  rule!: string;
}

@ObjectType('Question', { description: 'A named question: asked by its slug, answered by a versioned rule.' })
export class QuestionView {
  @Field(() => String, { description: 'Its name in the API.' })
  slug!: string;
  @Field(() => Int, { description: 'Version of its rule.' })
  version!: number;
  @Field(() => String, { description: 'The question in plain words.' })
  plainWords!: string;
  @Field(() => String, { description: 'Where the rule comes from.' })
  source!: string;
  @Field(() => [InputDefinitionView], { description: 'The inputs it takes.' })
  inputs!: readonly InputDefinitionView[];
  @Field(() => [FigureDefinitionView], { description: 'The figures it answers with.' })
  figures!: readonly FigureDefinitionView[];
}

@ObjectType('AsOf', {
  description: 'Where the two dials of an answer stand: give it back to get the same answer for ever.',
})
export class AsOfView {
  @Field(() => ID, { nullable: true, description: 'The last event that was known; null before the first.' })
  eventId!: string | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When that event was recorded.' })
  recordedAt!: string | null;
  @Field(() => DateScalar, { description: 'The day on which it was true.' })
  effectiveOn!: string;
}

@ObjectType('NamedOrganisation', { description: 'An organisation as it was known at the dials of an answer.' })
export class NamedOrganisationView {
  @Field(() => ID, { description: 'Opaque and permanent.' })
  id!: string;
  @Field(() => String, { nullable: true, description: 'Its code as people write it, such as MI-03.' })
  code!: string | null;
  @Field(() => String, { nullable: true, description: 'Its name.' })
  name!: string | null;
  @Field(() => Boolean, { description: 'Whether it is sample data: made up, outside every real total.' })
  isSample!: boolean;
}

@ObjectType('AnswerField', { description: 'A named value of an item, or a dimension of a figure.' })
export class AnswerFieldView {
  @Field(() => String, { description: 'Its name.' })
  name!: string;
  @Field(() => String, { description: 'Its name for readers.' })
  label!: string;
  @Field(() => String, { nullable: true, description: 'Its value as text; an organisation shows by its code.' })
  value!: string | null;
  @Field(() => NamedOrganisationView, { nullable: true, description: 'The organisation, where the value is one.' })
  organisation!: NamedOrganisationView | null;
}

@ObjectType('RuleVersion', { description: 'The rule that a value was found by.' })
export class RuleView {
  @Field(() => String, { description: 'Question and figure.' })
  id!: string;
  @Field(() => Int, { description: 'Version of the rule.' })
  version!: number;
}

@ObjectType('EventActor', { description: 'Who recorded an event. Persons show by their opaque id alone.' })
export class EventActorView {
  @Field(() => ID, { description: 'The person.' })
  personId!: string;
  @Field(() => String, { description: 'In which role.' })
  role!: string;
  @Field(() => ID, { description: 'For which organisation.' })
  organisationId!: string;
}

@ObjectType('EventSource', { description: 'By which way an event came in.' })
export class EventSourceView {
  @Field(() => String, { description: 'api, cli, import or policy.' })
  kind!: string;
  @Field(() => String, { description: 'The request, file or rule it came with.' })
  ref!: string;
}

@ObjectType('EventChange', { description: 'A value that an event changed.' })
export class EventChangeView {
  @Field(() => String, { description: 'Where it stands in the event.' })
  path!: string;
  @Field(() => String, { nullable: true, description: 'The value before; null when there was none.' })
  before!: string | null;
  @Field(() => String, { nullable: true, description: 'The value after; null when there is none any more.' })
  after!: string | null;
}

@ObjectType('Event', { description: 'Something that was recorded. Events are never altered.' })
export class EventView {
  @Field(() => ID, { description: 'Id of the event; usable as the recorded dial.' })
  id!: string;
  @Field(() => String, { description: 'What was recorded.' })
  type!: string;
  @Field(() => String, { description: 'Stream it stands in.' })
  stream!: string;
  @Field(() => Int, { description: 'Place in its stream, from 0.' })
  revision!: number;
  @Field(() => DateTimeScalar, { description: 'When it was recorded.' })
  recordedAt!: string;
  @Field(() => DateScalar, { description: 'From when it holds.' })
  effectiveOn!: string;
  @Field(() => String, {
    description: 'STATED, CORRECTED (an earlier entry was wrong) or WITHDRAWN (it never was true).',
  })
  act!: string;
  @Field(() => ID, { nullable: true, description: 'The event that it corrects or withdraws.' })
  corrects!: string | null;
  @Field(() => EventActorView, { description: 'Who recorded it.' })
  actor!: EventActorView;
  @Field(() => EventSourceView, { description: 'By which way it came in.' })
  source!: EventSourceView;
  @Field(() => ID, { description: 'The command that it came from.' })
  commandId!: string;
  @Field(() => String, { nullable: true, description: 'Why, where a reason was given.' })
  reason!: string | null;
  @Field(() => Boolean, { description: 'Whether it is about an organisation that is sample data.' })
  isSample!: boolean;
  @ListLength(USUAL.changes)
  @Field(() => [EventChangeView], { description: 'What it changed, against the entry whose place it took.' })
  changes!: readonly EventChangeView[];
}

export const EventConnection = connectionOf(() => EventView, 'Event');

@ObjectType('Figure', { description: 'A value that says what stands behind it, and opens to the events it rests on.' })
export class FigureView {
  @Field(() => String, { description: 'Names the figure within its answer.' })
  key!: string;
  @Field(() => String, { description: 'Its name for readers.' })
  label!: string;
  @ListLength(USUAL.dimensions)
  @Field(() => [AnswerFieldView], { description: 'What it is given for.' })
  dimensions!: readonly AnswerFieldView[];
  @Field(() => Float, { nullable: true, description: 'The value; null where there is none to show.' })
  value!: number | null;
  @Field(() => FigureStateEnum, { description: 'What stands behind the value.' })
  state!: string;
  @Field(() => String, { nullable: true, description: 'What is missing, or why it is not shown.' })
  reason!: string | null;
  @Field(() => String, { description: 'What is counted.' })
  unit!: string;
  @Field(() => RuleView, { description: 'The rule that it was found by.' })
  rule!: RuleView;
  @Field(() => AsOfView, { description: 'Where the dials stand.' })
  asOf!: AsOfView;
  @Field(() => String, { description: 'Opaque handle of its sources, for `sources`.' })
  sourceHandle!: string;
}

@ObjectType('AnswerItem', { description: 'One thing that an answer lists.' })
export class AnswerItemView {
  @Field(() => String, { description: 'What kind of thing it is.' })
  kind!: string;
  @Field(() => String, { description: 'The kind, for readers.' })
  label!: string;
  @Field(() => [AnswerFieldView], { description: 'What is said of it.' })
  fields!: readonly AnswerFieldView[];
  @Field(() => String, { nullable: true, description: 'Opaque handle of its sources, where it has any of its own.' })
  sourceHandle!: string | null;
  @Field(() => EventView, { nullable: true, description: 'The event, where the thing is one.' })
  event!: EventView | null;
}

export const AnswerItemConnection = connectionOf(() => AnswerItemView, 'AnswerItem');

@ObjectType('Answer', { description: 'The answer to a question.' })
export class AnswerView {
  @Field(() => String, { description: 'The question that was asked.' })
  question!: string;
  @Field(() => Int, { description: 'Version of its rule.' })
  version!: number;
  @Field(() => NamedOrganisationView, {
    nullable: true,
    description: 'The organisation asked about, or whom the stream is about.',
  })
  organisation!: NamedOrganisationView | null;
  @Field(() => String, { nullable: true, description: 'The state asked about, when it was a whole state.' })
  state!: string | null;
  @Field(() => String, { nullable: true, description: 'The stream asked about, when it was one.' })
  stream!: string | null;
  @Field(() => AsOfView, { description: 'Where the dials stand.' })
  asOf!: AsOfView;
  @ListLength(USUAL.figures)
  @Field(() => [FigureView], { description: 'The figures.' })
  figures!: readonly FigureView[];
}

@ObjectType('AgencyPage', { description: 'One page for an agency.' })
export class AgencyPageView {
  @Field(() => NamedOrganisationView, { nullable: true, description: 'The agency.' })
  organisation!: NamedOrganisationView | null;
  @Field(() => AsOfView, { description: 'Where the dials stand.' })
  asOf!: AsOfView;
  @ListLength(USUAL.figures)
  @Field(() => [FigureView], {
    description: 'Open cycles, unanswered items, silent districts, commitment, requests, events.',
  })
  figures!: readonly FigureView[];
}

/** A figure as clients see it. */
export const figureView = ({ sources, ...figure }: Figure): FigureView => ({ ...figure, sourceHandle: sources });

/** An item as clients see it. */
export const itemView = ({ sources, event, ...item }: AnswerItem): AnswerItemView => ({
  ...item,
  sourceHandle: sources,
  event,
});
