import type { QueryBus } from '@nestjs/cqrs';
import { type Access, type Page, pageBefore, type PageArgs, readCursor, type RequestContext } from '@waymark/nest-kit';
import { OpenSources } from './ask-question.js';
import { shownEvent } from './asking/answer.js';
import type { EventView } from './question.views.js';

/** Which events are to be shown, and to whom. */
export interface Opening {
  readonly queries: QueryBus;
  readonly access: Access;
  readonly context: RequestContext;
  readonly handle: string;
  readonly history?: boolean;
  readonly newestFirst?: boolean;
  readonly page: PageArgs;
}

/** A page of the events behind a handle; its cursors name the event that it goes on after. */
export async function eventPage({ queries, access, context, page, ...opening }: Opening): Promise<Page<EventView>> {
  const { handle, history = false, newestFirst = false } = opening;
  const after = page.after == null ? undefined : String(readCursor(page.after, 1)[0]);
  const account = await access.account(context);
  const wanted = { first: page.first, after, history, newestFirst };
  const { events, hasMore } = await queries.execute(new OpenSources(account, handle, wanted));
  return pageBefore(events, hasMore, ({ event }) => [event.eventId], shownEvent);
}
