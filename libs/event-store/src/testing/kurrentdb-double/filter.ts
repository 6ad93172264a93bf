import type { ReadReq } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { LoggedEvent } from './log.js';

export interface Filter {
  accepts(event: LoggedEvent): boolean;
  /** Events looked at between two checkpoints of a subscription. */
  readonly checkpointInterval: number;
}

/** What a server looks at before it reports how far it has come, unless the request says otherwise. */
const SEARCH_WINDOW = 32;

/** The filter of a request; undefined when everything is wanted. */
export function filterOf(options: ReadReq.Options): Filter | undefined {
  const filter = options.getFilter();
  if (filter === undefined) return undefined;
  const byType = filter.getEventType();
  const expression = byType ?? filter.getStreamIdentifier();
  const prefixes = expression?.getPrefixList() ?? [];
  const pattern = new RegExp(expression?.getRegex() ?? '', 'u');
  const matches = (text: string) =>
    prefixes.length > 0 ? prefixes.some((prefix) => text.startsWith(prefix)) : pattern.test(text);
  const window = filter.hasMax() ? filter.getMax() : SEARCH_WINDOW;
  return {
    accepts: (event) => matches(byType === undefined ? event.stream : event.type),
    checkpointInterval: window * Math.max(1, filter.getCheckpointintervalmultiplier()),
  };
}
