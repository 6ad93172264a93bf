import {
  civilDateIn,
  DomainError,
  isUuid,
  type OrganisationId,
  type Organisations,
  type StreamName,
} from '@waymark/kernel';
import { type OrganisationDirectory, readGlobalId } from '@waymark/nest-kit';
import { inForce, type Scope, type View } from '../facts/in-force.js';
import { organisationFact, placementFact } from '../facts/organisation.facts.js';
import { type FactsReader, type Sql, sql } from '../facts/sql.js';
import { personIn, personStream, personStreamNamed, readableFor } from '../questions/person-streams.js';
import { type Question, takes } from '../questions/question.js';
import type { RecordedEvents } from './recorded-events.js';
import { noHandle, subjectOf } from './source-handle.js';

/** Whom or what a question is asked about: one member, no more. */
export interface ScopeAsked {
  /** Code (`MI-03`) or id of an agency or district, of its state agency for a whole state. */
  readonly agency?: string | undefined;
  readonly state?: string | undefined;
  /** A record: code or id of an organisation of any kind, id of what was recorded about one, of a person, or the name of a stream. */
  readonly record?: string | undefined;
}

/** Whom to ask about instead of an organisation that a question is not asked about. */
const insteadOf: Readonly<Record<string, string>> = {
  SCHOOL: 'Name the district that the school belongs to.',
  PROGRAM: 'Name the agency or district that runs the program.',
  TA_PROVIDER: 'Name an agency that the provider works with, or the state.',
};

/** Ids, opaque to clients, whose inner part names a stream: by type, the category and how many of its parts the stream has. */
const streamsById: Readonly<Record<string, { readonly category: string; readonly parts: number }>> = {
  ExplorationCycle: { category: 'explorationCycle', parts: 3 },
  DistrictRequests: { category: 'districtRequest', parts: 2 },
};

/** What is about one organisation, or all of a state's. */
type OrganisationScope = Exclude<Scope, { kind: 'PERSON' }>;

/** What a right must hold for, any one of these, and whose days count. */
export interface ScopeRights {
  readonly abouts: readonly Organisations[];
  readonly organisation: OrganisationId | undefined;
}

interface ScopePorts {
  readonly reader: FactsReader;
  readonly persons: Pick<RecordedEvents, 'inStream'>;
  readonly directory: Pick<OrganisationDirectory, 'find' | 'stateOf' | 'timeZoneOf'>;
  readonly clock: { now(): Date };
}

/** Finds whom or what a question is about, and which rights that asks for. */
export class ScopeFinder {
  constructor(private readonly ports: ScopePorts) {}

  /** Throws SCOPE_MISSING, SCOPE_MISFIT, ORGANISATION_UNKNOWN, ID_UNKNOWN, INPUT_INVALID. */
  async find(question: Question, { agency, state, record }: ScopeAsked): Promise<Scope> {
    if ([agency, state, record].filter((given) => given !== undefined).length !== 1) {
      const message = 'Name one organisation by its code, such as MI-03, or one state, or one record.';
      throw new DomainError('SCOPE_MISSING', message, { path: ['agency'] });
    }
    if (state !== undefined) return this.ofState(question, state);
    if (record !== undefined) return this.ofRecord(question, record);
    const found = await this.organisation(agency!, 'agency');
    if (found.kind !== 'STATE_AGENCY' || !takes(question, 'STATE'))
      return this.ofOrganisation(question, found, 'agency');
    const itsState = await this.ports.directory.stateOf(found.id);
    return itsState === undefined ? misfit(question, 'agency') : { kind: 'STATE', state: itsState };
  }

  /** What a handle names is in the record, and its question is asked about such. Throws ID_UNKNOWN. */
  async require(question: Question, scope: Scope): Promise<void> {
    if (!takes(question, scope.kind)) throw noHandle();
    if (scope.kind === 'STATE') return;
    if (scope.kind === 'PERSON') return this.requirePerson(scope.stream, noHandle());
    const found = await this.ports.directory.find(scope.id);
    if (found === undefined || (scope.kind !== 'STREAM' && scopeKindOf(found.kind) !== scope.kind)) throw noHandle();
  }

  /** What the rights must hold for, and whose days count: a state stands and falls with its state agency. */
  async rightsAbout(scope: Scope): Promise<ScopeRights> {
    if (scope.kind === 'PERSON') return { abouts: await this.readableFor(scope.stream), organisation: undefined };
    const organisation = scope.kind === 'STATE' ? await this.stateAgency(scope.state) : scope.id;
    return { abouts: [organisation === undefined ? {} : await this.placeOf(scope, organisation)], organisation };
  }

  private async readableFor(stream: StreamName): Promise<readonly Organisations[]> {
    const { persons } = this.ports;
    return readableFor(await persons.inStream(personStream(personIn(await persons.inStream(stream)))));
  }

  private async placeOf(scope: OrganisationScope, organisation: OrganisationId): Promise<Organisations> {
    const kind = scope.kind === 'STREAM' ? scopeKindOf(await this.kindOf(organisation)) : scope.kind;
    if (kind === 'DISTRICT') return { district: organisation };
    if (kind !== 'ORGANISATION') return { agency: organisation };
    // A school's or program's record is read by those who may read that of whom it stands under today.
    const above = await this.parentOf(organisation);
    if (above === undefined) return { agency: organisation };
    return (await this.kindOf(above)) === 'DISTRICT' ? { district: above } : { agency: above };
  }

  private async kindOf(organisation: OrganisationId): Promise<string> {
    return (await this.ports.directory.find(organisation))?.kind ?? '';
  }

  private ofState(question: Question, state: string): Scope {
    if (!takes(question, 'STATE')) return misfit(question, 'state');
    if (/^[A-Z]{2}$/.test(state)) return { kind: 'STATE', state };
    throw new DomainError('INPUT_INVALID', 'Write the state with two letters, such as MI.', { path: ['state'] });
  }

  private async ofRecord(question: Question, record: string): Promise<Scope> {
    if (takes(question, 'PERSON')) return this.ofPerson(record);
    if (!takes(question, 'STREAM')) return misfit(question, 'record');
    const stream = streamNamed(record);
    if (stream === undefined) return this.ofOrganisation(question, await this.organisation(record, 'record'), 'record');
    const id = subjectOf(stream);
    if (id !== undefined && (await this.ports.directory.find(id)) !== undefined) return { kind: 'STREAM', stream, id };
    throw new DomainError('ID_UNKNOWN', 'There is no such stream about an organisation of the record.', {
      path: ['record'],
    });
  }

  private async ofPerson(record: string): Promise<Scope> {
    const message =
      'There is no such person or account. Give the id of a person, or the name of the stream of a person or an account.';
    const unknown = new DomainError('ID_UNKNOWN', message, { path: ['record'] });
    const stream = personStreamNamed(record);
    if (stream === undefined) throw unknown;
    await this.requirePerson(stream, unknown);
    return { kind: 'PERSON', stream };
  }

  private async requirePerson(stream: StreamName, unknown: DomainError): Promise<void> {
    if ((await this.ports.persons.inStream(stream)).length === 0) throw unknown;
  }

  private async organisation(code: string, path: 'agency' | 'record') {
    const found = await this.ports.directory.find(code);
    if (found !== undefined) return found;
    const message = `There is no organisation "${code.slice(0, 80)}". Write its code as in MI-03.`;
    throw new DomainError('ORGANISATION_UNKNOWN', message, { path: [path] });
  }

  private ofOrganisation(question: Question, of: { id: OrganisationId; kind: string }, path: string): Scope {
    const kind = scopeKindOf(of.kind);
    return takes(question, kind) ? { kind, id: of.id } : misfit(question, path, of.kind);
  }

  private async stateAgency(state: string): Promise<OrganisationId | undefined> {
    const agencies = sql`state = ${state} and kind = 'STATE_AGENCY'`;
    return this.first(sql`
      select organisation as id from ${inForce(newest('2199-12-31'), organisationFact, 'o', agencies)} order by root_position limit 1`);
  }

  private async parentOf(organisation: OrganisationId): Promise<OrganisationId | undefined> {
    const today = civilDateIn(await this.ports.directory.timeZoneOf(organisation), this.ports.clock.now());
    return this.first(sql`
      select parent as id from ${inForce(newest(today), placementFact, 'p', sql`organisation = ${organisation}`)}`);
  }

  private async first({ text, params }: Sql): Promise<OrganisationId | undefined> {
    const [row] = await this.ports.reader.rows(text, params);
    return (row as { id?: OrganisationId | null } | undefined)?.id ?? undefined;
  }
}

function newest(on: string): View {
  return { position: Number.MAX_SAFE_INTEGER - 1, current: true, on };
}

function scopeKindOf(kind: string): 'AGENCY' | 'DISTRICT' | 'ORGANISATION' {
  return kind === 'SERVICE_AGENCY' ? 'AGENCY' : kind === 'DISTRICT' ? kind : 'ORGANISATION';
}

/** The stream that a text names by itself or by the id of what is recorded in it; undefined for any other text. */
function streamNamed(text: string): StreamName | undefined {
  if (subjectOf(text) !== undefined) return text as StreamName;
  const named = readGlobalId(text);
  const known = named && Object.hasOwn(streamsById, named.type) ? streamsById[named.type] : undefined;
  if (named === undefined || known === undefined) return undefined;
  const parts = named.id.split('_').slice(0, known.parts);
  return isUuid(parts[0]!) ? (`${known.category}-${parts.join('_')}` as StreamName) : undefined;
}

function misfit(question: Question, path: string, kind?: string): never {
  const instead = kind === undefined ? undefined : insteadOf[kind];
  const scopes = takes(question, 'PERSON')
    ? 'is about a person. Name the person by `record`: the id, or the stream of the person or of an account.'
    : takes(question, 'STREAM')
      ? 'is about one record. Name it by `record`: the code of an organisation, or a stream.'
      : `is asked about a service agency, a district or a state. ${instead ?? 'Name one of those.'}`;
  throw new DomainError('SCOPE_MISFIT', `${question.slug} ${scopes}`, { path: [path] });
}
