import { QueryBus } from '@nestjs/cqrs';
import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import {
  Access,
  DateScalar,
  type Page,
  PageArgs,
  pageOf,
  readCursor,
  RequestContext,
  SchoolYearScalar,
} from '@waymark/nest-kit';
import { AskQuestion, OpenSources } from './ask-question.js';
import { type Answer, type AnswerItem, type Figure, shownEvent } from './asking/answer.js';
import { AsOfInput, QuestionInputInput } from './question.inputs.js';
import {
  AgencyPageView,
  AnswerItemView,
  AnswerView,
  EventConnection,
  EventView,
  FigureView,
  QuestionView,
} from './question.views.js';
import type { Question, RecordedChange } from './questions/question.js';
import { questions, questionWithSlug } from './questions/question-catalogue.js';

const SLUG = { type: () => String, description: 'Slug of the question.' };
const AS_OF = { type: () => AsOfInput, nullable: true, description: 'Where the dials stand; now when left out.' };

function questionView({ slug, version, plainWords, source, inputs, figures }: Question): QuestionView {
  return { slug, version, plainWords, source, inputs, figures };
}

const eventView = (recorded: RecordedChange): EventView => shownEvent(recorded);

const figureView = ({ sources, ...figure }: Figure): FigureView => ({ ...figure, sourceHandle: sources });

const itemView = ({ sources, event, ...item }: AnswerItem): AnswerItemView => ({
  ...item,
  sourceHandle: sources,
  event,
});

function answerView(answer: Answer): AnswerView {
  return { ...answer, figures: answer.figures.map(figureView), items: answer.items.map(itemView) };
}

/** Named questions, and the events behind their figures. */
@Resolver(() => AnswerView)
export class QuestionResolver {
  constructor(
    private readonly queries: QueryBus,
    private readonly access: Access,
  ) {}

  @Query(() => [QuestionView], {
    name: 'questions',
    description: 'Every question that can be asked. Needs no sign-in: it holds no data.',
  })
  questions(): QuestionView[] {
    return questions.map(questionView);
  }

  @Query(() => QuestionView, {
    name: 'question',
    description: 'A question by its slug. Needs no sign-in: it holds no data.',
  })
  question(@Args('slug', SLUG) slug: string): QuestionView {
    return questionView(questionWithSlug(slug));
  }

  @Query(() => AnswerView, {
    name: 'ask',
    description: 'Asks a named question about one organisation, or about a whole state.',
  })
  async ask(
    @Context() context: RequestContext,
    @Args('question', SLUG) slug: string,
    @Args('agency', {
      type: () => String,
      nullable: true,
      description: 'Code of the organisation, such as MI-03, or its id.',
    })
    agency: string | null,
    @Args('state', { type: () => String, nullable: true, description: 'Two letters, for a state-wide answer.' })
    state: string | null,
    @Args('inputs', {
      type: () => [QuestionInputInput],
      nullable: true,
      description: 'Inputs of the question, by name.',
    })
    inputs: QuestionInputInput[] | null,
    @Args('asOf', AS_OF) asOf: AsOfInput | null,
  ): Promise<AnswerView> {
    return answerView(await this.asked(context, slug, { agency, state, inputs, asOf }));
  }

  @Query(() => AgencyPageView, {
    name: 'agencyPage',
    description: 'One page for an agency: its cycle, what is missing, who asked for what, what happened since a day.',
  })
  async agencyPage(
    @Context() context: RequestContext,
    @Args('agency', { type: () => String, description: 'Code of the agency, such as MI-03, or its id.' })
    agency: string,
    @Args('since', {
      type: () => DateScalar,
      nullable: true,
      description: 'From which day on; 30 days back when left out.',
    })
    since: string | null,
    @Args('schoolYear', {
      type: () => SchoolYearScalar,
      nullable: true,
      description: 'That of the day asked about when left out.',
    })
    schoolYear: string | null,
    @Args('asOf', AS_OF) asOf: AsOfInput | null,
  ): Promise<AgencyPageView> {
    const inputs = Object.entries({ since, schoolYear }).flatMap(([name, value]) =>
      value == null ? [] : [{ name, value }],
    );
    const answer = await this.asked(context, 'agency-page', { agency, state: null, inputs, asOf });
    const of = (...kinds: string[]) => answer.items.filter((item) => kinds.includes(item.kind)).map(itemView);
    return {
      organisation: answer.organisation,
      asOf: answer.asOf,
      figures: answer.figures.map(figureView),
      assessments: of('ASSESSMENT'),
      missing: of('UNANSWERED_ITEM', 'SILENT_DISTRICT'),
      requests: of('REQUEST'),
      commitments: of('COMMITMENT'),
      events: answer.items.flatMap((item) => (item.event === null ? [] : [item.event])),
    };
  }

  @Query(() => EventConnection, {
    name: 'sources',
    description: 'The events that a figure or item rests on, by its handle, in the order of the record.',
  })
  async sources(
    @Context() context: RequestContext,
    @Args('handle', { type: () => String, description: 'Handle as a figure or item gave it.' }) handle: string,
    @Args('history', {
      type: () => Boolean,
      defaultValue: false,
      description: 'Also the earlier events of each statement.',
    })
    history: boolean,
    @Args() page: PageArgs,
  ): Promise<Page<EventView>> {
    return openSources({ queries: this.queries, access: this.access, context, handle, history, page });
  }

  private async asked(
    context: RequestContext,
    slug: string,
    given: { agency: string | null; state: string | null; inputs: QuestionInputInput[] | null; asOf: AsOfInput | null },
  ): Promise<Answer> {
    const { agency, state, inputs, asOf } = given;
    return this.queries.execute(
      new AskQuestion(await this.access.account(context), slug, {
        agency: agency ?? undefined,
        state: state ?? undefined,
        inputs: inputs ?? undefined,
        recordedAsOf: asOf?.recorded ?? undefined,
        effectiveAsOf: asOf?.effective ?? undefined,
      }),
    );
  }
}

@Resolver(() => FigureView)
export class FigureResolver {
  constructor(
    private readonly queries: QueryBus,
    private readonly access: Access,
  ) {}

  @ResolveField(() => EventConnection, {
    name: 'sources',
    description:
      'The events that the figure rests on, in the order of the record. An absence rests on what put somebody there.',
  })
  sources(
    @Parent() { sourceHandle }: FigureView,
    @Context() context: RequestContext,
    @Args('history', {
      type: () => Boolean,
      defaultValue: false,
      description: 'Also the earlier events of each statement.',
    })
    history: boolean,
    @Args() page: PageArgs,
  ): Promise<Page<EventView>> {
    return openSources({ queries: this.queries, access: this.access, context, handle: sourceHandle, history, page });
  }
}

interface Opening {
  readonly queries: QueryBus;
  readonly access: Access;
  readonly context: RequestContext;
  readonly handle: string;
  readonly history: boolean;
  readonly page: PageArgs;
}

async function openSources({ queries, access, context, handle, history, page }: Opening): Promise<Page<EventView>> {
  const after = page.after == null ? undefined : String(readCursor(page.after, 1)[0]);
  const account = await access.account(context);
  const found = await queries.execute(new OpenSources(account, handle, { first: page.first, after, history }));
  const shown = pageOf(found.events, page.first, ({ event }) => [event.eventId], eventView);
  return { ...shown, pageInfo: { ...shown.pageInfo, hasNextPage: found.hasMore } };
}
