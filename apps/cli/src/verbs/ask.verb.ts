import { questionDesk } from '@waymark/county-progress';
import type { Answer, AnswerItem, Figure } from '@waymark/county-progress';
import { RisingClock } from '@waymark/kernel';
import type { PersonalTexts } from '@waymark/nest-kit';
import { OrganisationReads, SAMPLE_STATE } from '@waymark/organisations';
import { ReadTablesBehindError } from '@waymark/read-store';
import { UsageError } from '../exit.js';
import { table } from '../output.js';
import { TextsOfPersons } from '../personal-texts.js';
import { type OpenRecord, withRecord } from '../record.js';
import type { Register } from './verb.js';

interface AskOptions {
  readonly agency?: string;
  readonly state?: string;
  readonly record?: string;
  readonly recordedAsOf?: string;
  readonly effectiveAsOf?: string;
  readonly input?: string[];
  readonly first?: number;
  readonly json?: boolean;
}

/** `waymark ask <question>`: the same answer that GraphQL gives, read beside a running api or without one. */
export const registerAsk: Register = (program, setting) => {
  program
    .command('ask')
    .argument('<question>', 'slug of the question; `waymark questions` lists them')
    .description('ask a named question about an agency, a district or a whole state')
    .option('--agency <code>', 'code of the organisation, such as MI-03')
    .option('--state <letters>', 'two letters, for a state-wide answer')
    .option(
      '--record <name>',
      'a record: code or id of an organisation of any kind, id of a person, or the name of a stream',
    )
    .option('--recorded-as-of <instant>', 'what was recorded then: an instant, or the id of an event')
    .option('--effective-as-of <date>', 'what was true on that date')
    .option('--input <name=value...>', 'inputs of the question')
    .option('--first <n>', 'no more than n items of each kind; how many there are is said', readFirst)
    .option('--json', 'one JSON document')
    .action(async (question: string, options: AskOptions) => {
      const { config, output } = setting(options);
      const texts = new TextsOfPersons(config);
      const answer = await withRecord(config, (record) => ask(record, texts, question, options)).finally(() =>
        texts.close(),
      );
      const { first } = options;
      const document = { ...answer, items: firstOfEach(answer.items, first), itemCount: answer.items.length };
      output.document(document, () => renderAnswer(answer, first));
    });
};

async function ask(
  { store, database }: OpenRecord,
  texts: PersonalTexts,
  slug: string,
  options: AskOptions,
): Promise<Answer> {
  const gate = {
    waitFor: async (position: number) => {
      if ((await database.checkpoint('facts')) < position) throw new ReadTablesBehindError(position);
    },
  };
  const desk = questionDesk({
    reads: database,
    store,
    texts,
    directory: new OrganisationReads(database),
    gate,
    clock: new RisingClock(),
  });
  const { agency, state, record, recordedAsOf, effectiveAsOf } = options;
  const dials = { recordedAsOf, effectiveAsOf };
  const inputs = (options.input ?? []).map(readInput);
  const prepared = await desk.prepare(slug, { agency, state, record, inputs, ...dials });
  return desk.answer(prepared, dials);
}

function readInput(text: string): { name: string; value: string } {
  const [name, ...value] = text.split('=');
  if (name === undefined || name === '' || value.length === 0)
    throw new UsageError(`Write inputs as name=value, not "${text}".`);
  return { name, value: value.join('=') };
}

function readFirst(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--first takes a whole number above 0, not "${text}".`);
}

/** No more than this many items of each kind, in the order of the answer. */
function firstOfEach(items: readonly AnswerItem[], first = Number.POSITIVE_INFINITY): AnswerItem[] {
  const seen = new Map<string, number>();
  return items.filter(({ kind }) => {
    const before = seen.get(kind) ?? 0;
    seen.set(kind, before + 1);
    return before < first;
  });
}

/** The answer for a person at a terminal, with no more than `first` items of each kind. */
export function renderAnswer(answer: Answer, first?: number): string {
  const { organisation, state, stream, asOf } = answer;
  const named = organisation === null ? (state ?? '') : `${organisation.code ?? ''} ${organisation.name ?? ''}`;
  const about = stream === null ? named : `${named.trim()}, ${stream}`;
  const sample = (organisation === null ? state === SAMPLE_STATE : organisation.isSample) ? ' (SAMPLE)' : '';
  const head = `${answer.question} (version ${answer.version}) · ${about.trim()}${sample}`;
  const when = `as recorded until ${asOf.recordedAt ?? 'the beginning'}, as true on ${asOf.effectiveOn}`;
  const figures = table(['Figure', 'Value', 'State', 'Why'], answer.figures.map(figureRow));
  const kinds = [...new Set(answer.items.map(({ kind }) => kind))];
  const itemsOf = (kind: string) => answer.items.filter((item) => item.kind === kind);
  const lists = kinds.map((kind) => itemTable(itemsOf(kind), first));
  return [head, when, '', figures, ...lists].join('\n');
}

function figureRow(figure: Figure): string[] {
  const { label, dimensions, value, unit, state, reason } = figure;
  const by = dimensions.map((dimension) => dimension.value ?? '–').join(', ');
  const shown = value === null ? '–' : `${value} ${inWords(unit)}`;
  return [by === '' ? label : `${label} (${by})`, shown, state, reason ?? ''];
}

/** Items of one kind, the first of them when there are more than `most`: what all share stands above, what tells them apart in columns. */
function itemTable(items: readonly AnswerItem[], most = items.length): string {
  const [first] = items as [AnswerItem, ...AnswerItem[]];
  const valuesOf = (name: string) =>
    items.map(({ fields }) => fields.find((field) => field.name === name)?.value ?? null);
  const names = [...new Set(items.flatMap(({ fields }) => fields.map(({ name }) => name)))];
  const isShared = (name: string) => items.length > 1 && new Set(valuesOf(name)).size === 1;
  const shared = names.filter((name) => isShared(name) && valuesOf(name)[0] !== null);
  const columns = names.filter((name) => !isShared(name) && valuesOf(name).some((value) => value !== null));
  const caption = shared.map((name) => `${inWords(name)} ${valuesOf(name)[0]}`).join(', ');
  const rows = items.slice(0, most).map((_, row) => columns.map((name) => valuesOf(name)[row] ?? ''));
  const shown = most < items.length ? `${most} of ${items.length}` : String(items.length);
  return `\n${first.label}${caption === '' ? '' : ` (${caption})`}: ${shown}\n${table(columns.map(inWords), rows)}`;
}

/** `schoolYear` and `SCHOOL_YEAR` as people write them. */
function inWords(name: string): string {
  return name
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
