import { questionDesk } from '@waymark/county-progress';
import type { Answer, AnswerItem, Figure } from '@waymark/county-progress';
import { RisingClock } from '@waymark/kernel';
import { OrganisationReads } from '@waymark/organisations';
import { ReadTablesBehindError } from '@waymark/read-store';
import { UsageError } from '../exit.js';
import { table } from '../output.js';
import { type OpenRecord, withRecord } from '../record.js';
import type { Register } from './verb.js';

interface AskOptions {
  readonly agency?: string;
  readonly state?: string;
  readonly recordedAsOf?: string;
  readonly effectiveAsOf?: string;
  readonly input?: string[];
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
    .option('--recorded-as-of <instant>', 'what was recorded then: an instant, or the id of an event')
    .option('--effective-as-of <date>', 'what was true on that date')
    .option('--input <name=value...>', 'inputs of the question')
    .option('--json', 'one JSON document')
    .action(async (question: string, options: AskOptions) => {
      const { config, output } = setting(options);
      const answer = await withRecord(config, (record) => ask(record, question, options));
      output.document(answer, () => renderAnswer(answer));
    });
};

async function ask({ store, database }: OpenRecord, slug: string, options: AskOptions): Promise<Answer> {
  const gate = {
    waitFor: async (position: number) => {
      if ((await database.checkpoint('facts')) < position) throw new ReadTablesBehindError(position);
    },
  };
  const desk = questionDesk({
    reads: database,
    store,
    directory: new OrganisationReads(database),
    gate,
    clock: new RisingClock(),
  });
  const dials = { recordedAsOf: options.recordedAsOf, effectiveAsOf: options.effectiveAsOf };
  const inputs = (options.input ?? []).map(readInput);
  const prepared = await desk.prepare(slug, { agency: options.agency, state: options.state, inputs, ...dials });
  return desk.answer(prepared, dials);
}

function readInput(text: string): { name: string; value: string } {
  const [name, ...value] = text.split('=');
  if (name === undefined || name === '' || value.length === 0)
    throw new UsageError(`Write inputs as name=value, not "${text}".`);
  return { name, value: value.join('=') };
}

/** The answer for a person at a terminal. */
export function renderAnswer(answer: Answer): string {
  const about =
    answer.organisation === null
      ? (answer.state ?? '')
      : `${answer.organisation.code ?? ''} ${answer.organisation.name ?? ''}`;
  const recorded = answer.asOf.recordedAt ?? 'the beginning';
  const head = `${answer.question} (version ${answer.version}) · ${about.trim()}\nas recorded until ${recorded}, as true on ${answer.asOf.effectiveOn}`;
  const figures = table(['Figure', 'Value', 'State', ''], answer.figures.map(figureRow));
  const items = answer.items.map(itemLine);
  return [head, '', figures, ...(items.length > 0 ? ['', ...items] : [])].join('\n');
}

function figureRow(figure: Figure): string[] {
  const { label, dimensions, value, unit, state, reason } = figure;
  const by = dimensions.map((dimension) => dimension.value ?? '–').join(', ');
  const shown = value === null ? '–' : `${value} ${unit.toLowerCase().replaceAll('_', ' ')}`;
  return [by === '' ? label : `${label} (${by})`, shown, state, reason ?? ''];
}

function itemLine({ kind, label, fields }: AnswerItem): string {
  const shown = fields.filter(({ value }) => value !== null).map((field) => `${field.label}: ${field.value}`);
  return `${kind.toLowerCase().replaceAll('_', ' ')} · ${label}${shown.length > 0 ? ` · ${shown.join(' · ')}` : ''}`;
}
