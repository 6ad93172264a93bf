import { Inject, Optional } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { ForbiddenError, randomId } from '@waymark/kernel';
import { type Account, Metrics, noTracing, type RequestOrigin, Rights, Tracing } from '@waymark/nest-kit';
import type { Answer, SourcePage } from './asking/answer.js';
import { type Prepared, type QuestionAsked, QuestionDesk, type SourcesWanted } from './asking/question-desk.js';

/**
 * A named question, by whichever door: GraphQL, CLI and exports send this to the QueryBus and get the same answer.
 * Rights are checked here, on the questions and on the organisation asked about.
 */
export class AskQuestion extends Query<Answer> {
  constructor(
    readonly account: Account,
    readonly slug: string,
    readonly asked: QuestionAsked,
    /** The request that it came with; absent where there is none. */
    readonly origin?: RequestOrigin,
  ) {
    super();
  }
}

/** The events behind a figure or item, by its handle. Needs the right to the question, and to read events. */
export class OpenSources extends Query<SourcePage> {
  constructor(
    readonly account: Account,
    readonly handle: string,
    readonly page: SourcesWanted,
  ) {
    super();
  }
}

/** Throws ForbiddenError unless every right that is needed holds for one of the organisations that the question is about. */
async function authorise(rights: Rights, account: Account, prepared: Prepared, opens = false): Promise<void> {
  const { question, abouts } = prepared;
  const further = question.needs ?? (opens ? 'read:events' : undefined);
  const operations = [...(further === undefined ? [] : [further]), `question:${question.slug}`];
  let denial: unknown;
  for (const about of abouts) {
    try {
      for (const operation of operations) await rights.authorise(account, operation, about);
      return;
    } catch (error) {
      if (!(error instanceof ForbiddenError)) throw error;
      // The first is about nobody in particular: a denial does not tell for whom a person works.
      denial ??= error;
    }
  }
  throw denial;
}

@QueryHandler(AskQuestion)
export class AskQuestionHandler implements IQueryHandler<AskQuestion> {
  constructor(
    private readonly desk: QuestionDesk,
    private readonly rights: Rights,
    private readonly metrics: Metrics,
    @Optional() @Inject(Tracing) private readonly tracing: Tracing = noTracing,
  ) {}

  async execute({ account, slug, asked, origin }: AskQuestion): Promise<Answer> {
    const prepared = await this.desk.prepare(slug, asked);
    const { slug: known, version } = prepared.question;
    const facts = { 'waymark.question': known, 'waymark.rule.id': known, 'waymark.rule.version': version };
    const from = origin ?? { correlationId: randomId() };
    return this.tracing.request(from, `question ${known}`, facts, async () => {
      await this.tracing.step('rights', {}, () => authorise(this.rights, account, prepared));
      const done = this.metrics.questionStarted(known);
      try {
        return await this.tracing.step('answer', {}, () => this.desk.answer(prepared, asked));
      } finally {
        done();
      }
    });
  }
}

@QueryHandler(OpenSources)
export class OpenSourcesHandler implements IQueryHandler<OpenSources> {
  constructor(
    private readonly desk: QuestionDesk,
    private readonly rights: Rights,
  ) {}

  async execute({ account, handle, page }: OpenSources): Promise<SourcePage> {
    const prepared = await this.desk.prepareSources(handle);
    await authorise(this.rights, account, prepared, true);
    return this.desk.sources(handle, prepared, page);
  }
}
