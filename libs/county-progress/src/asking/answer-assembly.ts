import type { OrganisationId } from '@waymark/kernel';
import type { Scope } from '../facts/in-force.js';
import { type AsOf, assertCoherent, type Finding, type FigureKey, keyText } from '../questions/figure.js';
import type { Findings, FoundItem, Inputs, Question } from '../questions/question.js';
import {
  type Answer,
  type AnswerField,
  type AnswerItem,
  type Figure,
  type NamedOrganisation,
  shownEvent,
} from './answer.js';
import { sourceHandle } from './source-handle.js';

/** Names of values that hold the id of an organisation. */
const ORGANISATIONS = ['organisation', 'district', 'agency'];

interface Parts {
  readonly question: Question;
  readonly scope: Scope;
  readonly inputs: Inputs;
  readonly asOf: AsOf;
  readonly findings: Findings;
  readonly names: ReadonlyMap<string, NamedOrganisation>;
}

/** Ids of the organisations that findings speak of. */
export function organisationsIn({ figures, items }: Findings): string[] {
  const values = [...figures.map((figure) => figure.dimensions), ...items.map((item) => item.fields)];
  return values.flatMap((named) =>
    ORGANISATIONS.flatMap((name) => {
      const value = named[name];
      return typeof value === 'string' ? [value] : [];
    }),
  );
}

/** Findings as an answer: each figure with its rule, its dials and the handle of its sources. */
export function answerOf(parts: Parts): Answer {
  const { question, scope, asOf, findings, names } = parts;
  return {
    question: question.slug,
    version: question.version,
    organisation: 'id' in scope ? named(names, scope.id) : null,
    state: scope.kind === 'STATE' ? scope.state : null,
    stream: 'stream' in scope ? scope.stream : null,
    asOf,
    figures: findings.figures.map((finding) => figureOf(parts, finding)),
    items: findings.items.map((item) => itemOf(parts, item)),
  };
}

function figureOf(parts: Parts, finding: Finding): Figure {
  const { question, asOf, names } = parts;
  const definition = question.figures.find((candidate) => candidate.name === finding.name);
  if (definition === undefined) throw new TypeError(`${question.slug} does not define the figure ${finding.name}`);
  assertCoherent(finding);
  return {
    key: keyText(finding),
    label: definition.label,
    dimensions: Object.entries(finding.dimensions).map(([name, value]) => fieldOf(names, name, name, value)),
    value: finding.value,
    state: finding.state,
    reason: finding.reason,
    unit: definition.unit,
    rule: { id: `${question.slug}/${finding.name}`, version: question.version },
    asOf,
    sources: handleOf(parts, finding),
  };
}

function itemOf(parts: Parts, item: FoundItem): AnswerItem {
  const { question, names } = parts;
  const definition = question.items.find((candidate) => candidate.kind === item.kind);
  if (definition === undefined) throw new TypeError(`${question.slug} does not define the item ${item.kind}`);
  return {
    kind: item.kind,
    label: definition.label,
    fields: Object.entries(definition.fields).map(([name, label]) =>
      fieldOf(names, name, label, item.fields[name] ?? null),
    ),
    sources: item.source === undefined ? null : handleOf(parts, item.source),
    event: item.event === undefined ? null : shownEvent(item.event),
  };
}

function fieldOf(names: Parts['names'], name: string, label: string, value: string | number | null): AnswerField {
  if (value === null || !ORGANISATIONS.includes(name)) {
    return { name, label, value: value === null ? null : String(value), organisation: null };
  }
  const organisation = named(names, String(value));
  return { name, label, value: organisation.code ?? organisation.id, organisation };
}

function named(names: Parts['names'], id: string): NamedOrganisation {
  return names.get(id) ?? { id: id as OrganisationId, code: null, name: null, isSample: false };
}

function handleOf({ question, scope, inputs, asOf }: Parts, key: FigureKey): string {
  return sourceHandle({
    question: question.slug,
    version: question.version,
    scope,
    inputs,
    event: asOf.eventId,
    on: asOf.effectiveOn,
    key: keyText({ name: key.name, dimensions: key.dimensions }),
  });
}
