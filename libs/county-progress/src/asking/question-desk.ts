import { DomainError, isUuid, type Organisations, schoolYearOf } from '@waymark/kernel';
import type { OrganisationDirectory, ReadGate } from '@waymark/nest-kit';
import type { Scope, View } from '../facts/in-force.js';
import type { FactsReader, Sql } from '../facts/sql.js';
import type { FigureKey } from '../questions/figure.js';
import type { Ask, Findings, Inputs, Question, RecordUpTo } from '../questions/question.js';
import { questionWithSlug } from '../questions/question-catalogue.js';
import { recordedChanges } from '../questions/record-changes.js';
import type { Answer, NamedOrganisation, SourcePage } from './answer.js';
import { answerOf, organisationsIn } from './answer-assembly.js';
import { DialResolver, type Dials, type DialsWanted } from './dials.js';
import { checkInputs } from './inputs.js';
import { organisationNames } from './organisation-names.js';
import type { Between, RecordedEvents } from './recorded-events.js';
import { ScopeFinder, type ScopeAsked } from './scopes.js';
import { keyIn, readSourceHandle } from './source-handle.js';
import { sourcesSelect } from './sources-select.js';

/** A question as it comes in, by whichever door. */
export interface QuestionAsked extends DialsWanted, ScopeAsked {
  readonly inputs?: readonly { readonly name: string; readonly value: string }[] | undefined;
}

/** A question that is understood: what is needed to check rights, and then to answer. */
export interface Prepared {
  readonly question: Question;
  readonly scope: Scope;
  readonly inputs: Inputs;
  /** Rights must hold for one of these. */
  readonly abouts: readonly Organisations[];
  readonly timeZone: string;
}

/** Which page of sources is wanted. `history` adds the earlier events of each statement; the order is that of the record. */
export interface SourcesWanted {
  readonly first: number;
  /** Id of the event to go on after; absent from the beginning. */
  readonly after?: string | undefined;
  readonly history: boolean;
  /** The order of the record turned round. */
  readonly newestFirst?: boolean;
}

/** The positions that a page lies between, themselves left out. */
type PageBetween = Pick<SourcesWanted, 'first' | 'history' | 'newestFirst'> & Between;

export interface DeskPorts {
  readonly reader: FactsReader;
  readonly record: RecordedEvents;
  /** The record of persons and accounts, in the clear. */
  readonly persons: RecordedEvents;
  readonly directory: Pick<OrganisationDirectory, 'find' | 'stateOf' | 'timeZoneOf'>;
  readonly gate: Pick<ReadGate, 'waitFor'>;
  readonly clock: { now(): Date };
}

/** Where questions are asked: finds scope and dials, runs the question, and gives its findings rule, dials and sources. */
export class QuestionDesk {
  private readonly dials: DialResolver;
  private readonly scopes: ScopeFinder;

  constructor(private readonly ports: DeskPorts) {
    this.scopes = new ScopeFinder(ports);
    this.dials = new DialResolver(ports.reader, ports.record, ports.gate, ports.clock);
  }

  /** Throws QUESTION_UNKNOWN, SCOPE_MISSING, SCOPE_MISFIT, ORGANISATION_UNKNOWN, ID_UNKNOWN, INPUT_UNKNOWN, INPUT_INVALID. */
  async prepare(slug: string, asked: QuestionAsked): Promise<Prepared> {
    const question = questionWithSlug(slug);
    const inputs = checkInputs(question, asked.inputs ?? []);
    return this.prepared(question, await this.scopes.find(question, asked), inputs);
  }

  /** Throws ID_UNKNOWN for a stream that never was, and what finding the dials throws. Rights have been checked by now. */
  async answer(prepared: Prepared, wanted: DialsWanted): Promise<Answer> {
    const { question, scope, inputs } = prepared;
    await this.requireStream(scope);
    const dials = await this.dialsOf(prepared, wanted);
    const { findings, names } = await this.consistently(dials, async (view) => {
      const ask = this.asking(prepared, view);
      const found = question.answer(await question.load(ask, inputs), inputs);
      return { findings: found, names: await this.namesIn(view, scope, found) };
    });
    return answerOf({ question, scope, inputs, asOf: dials.asOf, findings, names });
  }

  /** What stands in a handle, ready for the rights to be checked. Throws ID_UNKNOWN, QUESTION_UNKNOWN. */
  async prepareSources(text: string): Promise<Prepared> {
    const handle = readSourceHandle(text);
    const question = questionWithSlug(handle.question);
    if (question.version !== handle.version) {
      throw new DomainError('QUESTION_UNKNOWN', `Version ${handle.version} of ${handle.question} is no longer asked.`, {
        path: ['sources'],
      });
    }
    const inputs = checkInputs(
      question,
      Object.entries(handle.inputs).map(([name, value]) => ({ name, value: value! })),
    );
    keyIn(handle, question);
    await this.scopes.require(question, handle.scope);
    return this.prepared(question, handle.scope, inputs);
  }

  /** The events that the figure or item of a handle rests on. */
  async sources(text: string, prepared: Prepared, page: SourcesWanted): Promise<SourcePage> {
    const handle = readSourceHandle(text);
    if (handle.event === null) return { events: [], hasMore: false };
    const wanted = { recordedAsOf: handle.event, effectiveAsOf: handle.on };
    const dials = await this.dialsOf(prepared, wanted);
    const record = this.recordOf(prepared.scope);
    const last = page.after === undefined ? undefined : await positionOf(record, page.after);
    const between = page.newestFirst
      ? { after: -1, before: last ?? dials.position + 1 }
      : { after: last ?? -1, before: dials.position + 1 };
    return this.consistently(dials, async (view) => {
      const ask = this.asking(prepared, view);
      const positions = await this.positionsBehind(ask, prepared, keyIn(handle, prepared.question), {
        ...page,
        ...between,
      });
      const events = [...(await record.at(positions.slice(0, page.first)))];
      if (page.newestFirst) events.reverse();
      return { events: await recordedChanges(ask, events), hasMore: positions.length > page.first };
    });
  }

  private recordOf({ kind }: Scope): RecordedEvents {
    return kind === 'PERSON' ? this.ports.persons : this.ports.record;
  }

  private dialsOf({ scope, timeZone }: Prepared, wanted: DialsWanted): Promise<Dials> {
    if (scope.kind !== 'PERSON') return this.dials.resolve(wanted, timeZone);
    return this.dials.resolveAmong(() => this.ports.persons.inStream(scope.stream), wanted, timeZone);
  }

  private async requireStream(scope: Scope): Promise<void> {
    if (scope.kind !== 'STREAM' || (await this.ports.record.inStream(scope.stream)).length > 0) return;
    const message =
      'Nothing was ever recorded under this name. Take the id of a cycle or of requests as the API gave it.';
    throw new DomainError('ID_UNKNOWN', message, { path: ['record'] });
  }

  /** Positions of one page and one more, in the order of the page. */
  private async positionsBehind(ask: Ask, prepared: Prepared, key: FigureKey, page: PageBetween): Promise<number[]> {
    const sources = await prepared.question.sources(ask, prepared.inputs, key);
    const { after, before, history, newestFirst = false } = page;
    const limit = page.first + 1;
    const select = sourcesSelect(sources, ask.view, { after, before, limit, history, newestFirst });
    const rows = select === undefined ? [] : await ask.rows<{ event_position: number }>(select);
    const found = rows.map((row) => Number(row.event_position));
    for (const source of sources) {
      if ('positions' in source) found.push(...source.positions.filter((at) => at > after && at < before));
      if (!('about' in source)) continue;
      const from = Math.max(source.after, after);
      const events = newestFirst
        ? await ask.record.newest(source.about, { after: from, before }, limit)
        : await ask.record.of(source.about, from, limit);
      found.push(...events.map(({ position }) => position));
    }
    const inOrder = newestFirst ? (a: number, b: number) => b - a : (a: number, b: number) => a - b;
    return [...new Set(found)].sort(inOrder).slice(0, limit);
  }

  /**
   * Reads at fixed dials. While the dial stands at the newest event, "believed now" is read; should the tables move on
   * meanwhile, everything is read again by position, so that an answer never mixes two states of the tables.
   */
  private async consistently<T>(dials: Dials, read: (view: View) => Promise<T>): Promise<T> {
    const { position } = dials;
    const on = dials.asOf.effectiveOn;
    if ((await this.dials.newest())?.position === position) {
      const result = await read({ position, on, current: true });
      if ((await this.dials.newest())?.position === position) return result;
    }
    return read({ position, on, current: false });
  }

  private asking(prepared: Prepared, view: View): Ask {
    const { scope, timeZone } = prepared;
    const rows = <R extends object>(query: Sql) => this.rows(query) as Promise<readonly R[]>;
    const record = upTo(this.recordOf(scope), view.position);
    const at = (on: string): Ask => this.asking(prepared, { ...view, on });
    return { view, scope, timeZone, schoolYear: schoolYearOf(view.on), record, rows, at };
  }

  private async rows({ text, params }: Sql): Promise<readonly object[]> {
    return this.ports.reader.rows(text, params);
  }

  private namesIn(view: View, scope: Scope, findings: Findings): Promise<ReadonlyMap<string, NamedOrganisation>> {
    const own = 'id' in scope ? [scope.id as string] : [];
    return organisationNames((query) => this.rows(query), view, [...own, ...organisationsIn(findings)]);
  }

  private async prepared(question: Question, scope: Scope, inputs: Inputs): Promise<Prepared> {
    const { abouts, organisation } = await this.scopes.rightsAbout(scope);
    return { question, scope, inputs, abouts, timeZone: await this.ports.directory.timeZoneOf(organisation) };
  }
}

/** Where an event stands that a page goes on after. Throws ID_UNKNOWN. */
async function positionOf(record: RecordedEvents, after: string): Promise<number> {
  const [event] = isUuid(after) ? await record.withIds([after]) : [];
  if (event !== undefined) return event.position;
  throw new DomainError('ID_UNKNOWN', 'There is no such event to go on after; take `endCursor` as it was given.', {
    path: ['after'],
  });
}

/** The record as it stood at a position. */
function upTo(record: RecordedEvents, position: number): RecordUpTo {
  const known = <E extends { position: number }>(events: readonly E[]) =>
    events.filter((event) => event.position <= position);
  return {
    at: async (positions) => known(await record.at(positions)),
    withIds: async (eventIds) => known(await record.withIds(eventIds)),
    inStream: async (stream) => known(await record.inStream(stream)),
    of: async (organisation, after, limit) => known(await record.of(organisation, after, limit)),
    newest: (organisation, { after, before }, limit) =>
      record.newest(organisation, { after, before: Math.min(before, position + 1) }, limit),
  };
}
