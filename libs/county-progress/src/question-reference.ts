import { type Question, takes } from './questions/question.js';
import { questions } from './questions/question-catalogue.js';

/** The text of docs/questions.md, from the definitions. */
export function questionReference(of: readonly Question[] = questions): string {
  return [
    '# Questions',
    '',
    '<!-- Generated from the definitions in libs/county-progress/src/questions; the spec beside its generator keeps it fresh. -->',
    '',
    'Every question can be asked over GraphQL (`ask`) and from the command line (`waymark ask`), about one organisation',
    'or a whole state, as of any two dates: what was known then, and what was true then (`docs/facts.md`).',
    '',
    'County questions are about a service agency, a district (`agency`) or a state (`state`). Questions about the record itself',
    'are about any record (`record`): an organisation of whatever kind by its code or id, a cycle or the requests of a district by',
    'their id, one stream by its name (`organisation-…`, `explorationCycle-…`, `districtRequest-…`). A stream is read with the',
    'rights to the organisation it is about, a school or program with those to whom it stands under today.',
    'The record of a person (`record`: id of the person, `person-…`, or `account-…` for one account) is read with the right `read:persons`,',
    'for one of the organisations that the person has or had a role for, or for all; it is read as it stands, without tables.',
    '',
    'A figure is never a bare number. Its state says what stands behind it: KNOWN (everybody concerned has spoken), PARTIAL',
    '(some have), NO_DATA (nobody has: never 0), NOT_APPLICABLE (there is nobody who could), SUPPRESSED (known, not shown).',
    '',
    'What an answer lists comes over GraphQL in pages: `items(first, after, kind)`. A cursor holds the place in the list and the',
    'dials; to go on, give the `asOf` of the first page back, else the cursor is refused with `LIST_MOVED_ON` as soon as anything',
    'was recorded since. `waymark ask` prints all items, or with `--first n` no more than n of each kind. With `--json` it prints one',
    'document: `question`, `version`, `organisation`, `state`, `asOf`, `figures` (each with `sources`, its handle), `items` and',
    '`itemCount`, which counts all of them.',
    '',
    '| Question | In plain words |',
    '|---|---|',
    ...of.map(({ slug, plainWords }) => `| [\`${slug}\`](#${slug}) | ${plainWords} |`),
    ...of.flatMap(section),
    '',
  ].join('\n');
}

function section(question: Question): string[] {
  const { slug, version, plainWords, source, needs, inputs, figures, items } = question;
  return [
    '',
    `## ${slug}`,
    '',
    `**${plainWords}** Version ${version}.`,
    '',
    source,
    ...(takes(question, 'STREAM') ? ['', 'It is about any record.'] : []),
    ...(takes(question, 'PERSON') ? ['', 'It is about a person or an account.'] : []),
    ...(needs === undefined
      ? []
      : ['', `Its answer shows ${needs === 'read:events' ? 'events' : 'persons'}: it needs the right \`${needs}\`.`]),
    '',
    '| Input | Written as | Meaning | When left out |',
    '|---|---|---|---|',
    ...(inputs.length === 0 ? ['| none | | | |'] : []),
    ...inputs.map(
      (input) => `| \`${input.name}\` | ${words(input.kind)} | ${input.description} | ${input.otherwise} |`,
    ),
    '',
    '| Figure | Unit | By | Rule |',
    '|---|---|---|---|',
    ...figures.map(
      (figure) =>
        `| \`${figure.name}\`: ${figure.label} | ${figure.unit} | ${figure.dimensions.join(', ')} | ${figure.rule} |`,
    ),
    ...items.flatMap((item) => [
      '',
      `Lists \`${item.kind}\` (${item.label}): ${Object.entries(item.fields)
        .map(([name, label]) => `\`${name}\` (${label})`)
        .join(', ')}.`,
    ]),
  ];
}

function words(kind: string): string {
  return kind.toLowerCase().replaceAll('_', ' ');
}
