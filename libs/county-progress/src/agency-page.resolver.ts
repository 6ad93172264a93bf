import { QueryBus } from '@nestjs/cqrs';
import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Access, DateScalar, type Page, PageArgs, RequestContext, SchoolYearScalar } from '@waymark/nest-kit';
import { AskQuestion } from './ask-question.js';
import { type ItemList, itemListOf, itemPage } from './item-page.js';
import { eventPage } from './event-page.js';
import { AS_OF, AsOfInput, dialsOf, FewArgs } from './question.inputs.js';
import {
  AgencyPageView,
  AnswerItemConnection,
  type AnswerItemView,
  EventConnection,
  type EventView,
  figureView,
  itemView,
} from './question.views.js';

/** The page with what its lists are read from. */
type PageParent = AgencyPageView & { readonly list: ItemList };
/** The figure whose sources are what happened since the day. */
const HAPPENED = 'events-since';

/** One page for an agency, put together by the question of the same name. */
@Resolver(() => AgencyPageView)
export class AgencyPageResolver {
  constructor(
    private readonly queries: QueryBus,
    private readonly access: Access,
  ) {}

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
  ): Promise<PageParent> {
    const inputs = Object.entries({ since, schoolYear }).flatMap(([name, value]) =>
      value == null ? [] : [{ name, value }],
    );
    const account = await this.access.account(context);
    const answer = await this.queries.execute(
      new AskQuestion(account, 'agency-page', { agency, inputs, ...dialsOf(asOf) }, context.origin),
    );
    return {
      organisation: answer.organisation,
      asOf: answer.asOf,
      figures: answer.figures.map(figureView),
      list: itemListOf(answer, inputs),
    };
  }

  @ResolveField(() => AnswerItemConnection, { description: 'Where its assessments stand.' })
  assessments(@Parent() { list }: PageParent, @Args() page: FewArgs): Page<AnswerItemView> {
    return itemPage(list, { ...page, kinds: ['ASSESSMENT'] }, itemView);
  }

  @ResolveField(() => AnswerItemConnection, {
    description: 'What is missing: items without an answer, districts that said nothing.',
  })
  missing(@Parent() { list }: PageParent, @Args() page: FewArgs): Page<AnswerItemView> {
    return itemPage(list, { ...page, kinds: ['UNANSWERED_ITEM', 'SILENT_DISTRICT'] }, itemView);
  }

  @ResolveField(() => AnswerItemConnection, { description: 'Who asked for what.' })
  requests(@Parent() { list }: PageParent, @Args() page: FewArgs): Page<AnswerItemView> {
    return itemPage(list, { ...page, kinds: ['REQUEST'] }, itemView);
  }

  @ResolveField(() => AnswerItemConnection, { description: 'What its leadership committed to.' })
  commitments(@Parent() { list }: PageParent, @Args() page: FewArgs): Page<AnswerItemView> {
    return itemPage(list, { ...page, kinds: ['COMMITMENT'] }, itemView);
  }

  @ResolveField(() => EventConnection, { description: 'What happened since the day, newest first, back to that day.' })
  events(
    @Parent() { figures }: PageParent,
    @Context() context: RequestContext,
    @Args() page: PageArgs,
  ): Promise<Page<EventView>> {
    const handle = figures.find(({ key }) => key === HAPPENED)!.sourceHandle;
    return eventPage({ queries: this.queries, access: this.access, context, handle, newestFirst: true, page });
  }
}
