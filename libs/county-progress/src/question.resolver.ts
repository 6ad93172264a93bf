import { QueryBus } from '@nestjs/cqrs';
import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DomainError } from '@waymark/kernel';
import { Access, type Page, PageArgs, RequestContext } from '@waymark/nest-kit';
import { AskQuestion } from './ask-question.js';
import { type ItemList, itemListOf, itemPage } from './item-page.js';
import { eventPage } from './event-page.js';
import { AS_OF, AsOfInput, dialsOf, FigureSourcesArgs, ItemsArgs, QuestionInputInput } from './question.inputs.js';
import {
  AnswerItemConnection,
  type AnswerItemView,
  AnswerView,
  EventConnection,
  type EventView,
  figureView,
  FigureView,
  itemView,
  QuestionView,
} from './question.views.js';
import type { Question } from './questions/question.js';
import { questions, questionWithSlug } from './questions/question-catalogue.js';

const SLUG = { type: () => String, description: 'Slug of the question.' };

function questionView({ slug, version, plainWords, source, inputs, figures }: Question): QuestionView {
  return { slug, version, plainWords, source, inputs, figures };
}

/** The answer with what its list is read from. */
type AnswerParent = AnswerView & { readonly list: ItemList };

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
    @Args('record', {
      type: () => String,
      nullable: true,
      description:
        'For questions about the record itself: code or id of an organisation of any kind, id of a cycle or of the requests of a district, or the name of a stream. For `person-history`: id of a person, or the name of the stream of a person or an account.',
    })
    record: string | null,
    @Args('inputs', {
      type: () => [QuestionInputInput],
      nullable: true,
      description: 'Inputs of the question, by name.',
    })
    inputs: QuestionInputInput[] | null,
    @Args('asOf', AS_OF) asOf: AsOfInput | null,
  ): Promise<AnswerParent> {
    const given = inputs ?? undefined;
    const asked = {
      ...{ agency: agency ?? undefined, state: state ?? undefined, record: record ?? undefined, inputs: given },
      ...dialsOf(asOf),
    };
    const account = await this.access.account(context);
    const answer = await this.queries.execute(new AskQuestion(account, slug, asked, context.origin));
    return { ...answer, figures: answer.figures.map(figureView), list: itemListOf(answer, given) };
  }

  @ResolveField(() => AnswerItemConnection, {
    name: 'items',
    description:
      'What the answer lists. A list goes on at the same dials alone: give `asOf` as the first page shows it.',
  })
  items(@Parent() { list, question }: AnswerParent, @Args() { kind, ...page }: ItemsArgs): Page<AnswerItemView> {
    return itemPage(list, { ...page, kinds: kind == null ? undefined : [kindOf(question, kind)] }, itemView);
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
    return eventPage({ queries: this.queries, access: this.access, context, handle, history, page });
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
    @Args() { history, ...page }: FigureSourcesArgs,
  ): Promise<Page<EventView>> {
    return eventPage({ queries: this.queries, access: this.access, context, handle: sourceHandle, history, page });
  }
}

/** The kind, when the question lists items of it. Throws INPUT_INVALID. */
function kindOf(slug: string, kind: string): string {
  const kinds = questionWithSlug(slug).items.map((item) => item.kind);
  if (kinds.includes(kind)) return kind;
  const listed = kinds.length === 0 ? 'no items' : `items of these kinds: ${kinds.join(', ')}`;
  throw new DomainError('INPUT_INVALID', `${slug} lists ${listed}.`, { path: ['kind'] });
}
