import type { EventFilter } from '@waymark/event-store';
import { DomainError, type StoredEvent, streamCategory, type StreamName } from '@waymark/kernel';
import { OrganisationReads } from '@waymark/organisations';
import { catalogue, streamCategories } from '../../../projector/src/subscriptions.js';
import { UsageError } from '../exit.js';
import { type OpenRecord, withRecord } from '../record.js';
import type { Register } from './verb.js';

interface EventsOptions {
  readonly stream?: string;
  readonly agency?: string;
  readonly type?: string[];
  readonly after?: string;
  readonly limit?: string;
  readonly json?: boolean;
}

const PAGE = 500;

/** `waymark events`: events as they are recorded, in order; personal members stay sealed, tag keys are left out. */
export const registerEvents: Register = (program, setting) => {
  program
    .command('events')
    .description('print recorded events in order')
    .option('--stream <name>', 'of one stream')
    .option('--agency <code>', 'tagged with this organisation, such as MI-03')
    .option('--type <type...>', 'of these types')
    .option('--after <event id>', 'only what came after this event')
    .option('--limit <number>', 'at most so many', '1000')
    .option('--json', 'JSON lines')
    .action(async (options: EventsOptions) => {
      const { config, output } = setting(options);
      const limit = wholeNumber(options.limit ?? '1000');
      requireMeaning(options);
      await withRecord(config, async (record) => {
        let left = limit;
        for await (const event of eventsOf(record, options)) {
          if (left === 0) break;
          left -= 1;
          const shown = withoutTagKey(event);
          output.line(shown, () => lineOf(shown));
        }
      });
    });
};

/** Throws UsageError for a type that no event has, and for a name that no stream could have. */
export function requireMeaning({ stream, type: types = [] }: Pick<EventsOptions, 'stream' | 'type'>): void {
  const unknown = types.find((type) => !catalogue.has(type));
  if (unknown !== undefined) {
    const known = Object.keys(catalogue.types).sort().join(', ');
    throw new UsageError(`No event is of the type "${unknown.slice(0, 80)}". There are: ${known}.`);
  }
  if (stream === undefined || (stream.includes('-') && streamCategories.includes(streamCategory(stream)))) return;
  const known = streamCategories.map((category) => `${category}-…`).join(', ');
  throw new UsageError(`No stream has the name "${stream.slice(0, 80)}". Names of streams are like these: ${known}.`);
}

async function* eventsOf({ store, database }: OpenRecord, options: EventsOptions): AsyncGenerator<StoredEvent> {
  let after = options.after === undefined ? 0 : await positionOf(store, options.after);
  if (options.stream !== undefined) {
    yield* (await streamOf(store, options.stream, options.type)).filter(({ position }) => position > after);
    return;
  }
  const filter: EventFilter = { types: options.type, organisation: await organisationOf(database, options.agency) };
  for (;;) {
    const page = await store.readAll({ after, limit: PAGE, ...filter });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.position;
  }
}

/** Throws ID_UNKNOWN. */
async function streamOf(store: OpenRecord['store'], stream: string, types: readonly string[] | undefined) {
  const events = await store.readStream(stream as StreamName);
  if (events.length === 0) throw new DomainError('ID_UNKNOWN', `There is no stream ${stream.slice(0, 80)}.`);
  return types === undefined ? events : events.filter(({ type }) => types.includes(type));
}

async function organisationOf(database: OpenRecord['database'], code: string | undefined) {
  if (code === undefined) return undefined;
  const found = await new OrganisationReads(database).find(code);
  if (found === undefined)
    throw new DomainError('ORGANISATION_UNKNOWN', `There is no organisation "${code}". Write its code as in MI-03.`);
  return found.id;
}

async function positionOf(store: OpenRecord['store'], eventId: string): Promise<number> {
  const [event] = await store.readEvents([eventId as StoredEvent['eventId']]);
  if (event === undefined) throw new DomainError('ID_UNKNOWN', `There is no event ${eventId}.`);
  return event.position;
}

function withoutTagKey(event: StoredEvent): StoredEvent {
  if (!Object.hasOwn(event.data, 'tagKey')) return event;
  const { tagKey: _hidden, ...data } = event.data;
  return { ...event, data };
}

function lineOf({ position, metadata, type, stream, revision, data }: StoredEvent): string {
  const { recordedAt, effectiveOn, act, actor } = metadata;
  const what = act === 'STATED' ? type : `${type} ${act}`;
  return `${position}  ${recordedAt}  ${effectiveOn}  ${what}  ${stream}@${revision}  ${actor.role}  ${JSON.stringify(data)}`;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`"${text}" is not a whole number.`);
  return Number(text);
}
