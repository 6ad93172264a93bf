// Generated histories of realistic shape: organisations, cycles with answers and reviews, districts' needs, requests, plans and
// follow-ups, corrections and withdrawals. Lawful (a correction names what it corrects and repeats what stood), seeded, the same on every
// run: a district says its needs in autumn and once more in spring, 2 % of all events correct, 15 % come late. However many events there are,
// no more than a few thousand organisations are in the middle of their year at once, and nothing else of the past is held.
import { derivedUuid, streamName, uuidFromBytes } from '../../dist/libs/kernel/src/index.js';

const focusAreas = ['SEBH', 'LITERACY', 'DISTRICT_INFRASTRUCTURE', 'PYRAMID_MODEL', 'INTEGRATED'];
const supportTypes = ['TRAINING', 'COACHING', 'DATA_COORDINATION'];
const amounts = ['NONE', 'LIGHT', 'MODERATE', 'INTENSIVE'];
const answers = ['NEED', 'NEED', 'NO_NEED', 'UNKNOWN'];
const assessments = ['NEEDS', 'FIT', 'CAPACITY'];
const items = assessments.flatMap((assessment) => Array.from({ length: 8 }, (_, i) => ({ assessment, item: `${assessment[0]}${i}` })));
/** Events of an agency and a district in one school year, about. */
const perAgency = 72;
const perDistrict = 10;
const districtsPerAgency = 16;
const years = 6;
/** Organisations that are in the middle of their year at the same time. */
const mostAtOnce = 2_000;

/** A small seeded generator of numbers between 0 and 1. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const pick = (next, values) => values[Math.floor(next() * values.length)];
const uuid = (...parts) => derivedUuid('bench', ...parts.map(String));

const kinds = { event: 1, command: 2, correlation: 3, nonce: 4, append: 5, person: 6 };

/** Sixteen bytes that look drawn, and that a kind and a number name alone; cheaper than a digest. */
function bytesOf(kind, number) {
  const bytes = Buffer.allocUnsafe(16);
  let state = Math.imul(kinds[kind], 0x9e3779b1) ^ Math.floor(number / 2 ** 32);
  for (let word = 0; word < 4; word += 1) {
    state = Math.imul(state ^ (state >>> 16) ^ (number + word), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
    bytes.writeInt32LE(state, 4 * word);
  }
  return bytes;
}

function idOf(kind, number) {
  const bytes = bytesOf(kind, number);
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return uuidFromBytes(bytes);
}

/** Those who write. */
const persons = Array.from({ length: 400 }, (_, number) => idOf('person', number));

function metadata(number, { agency, district, effectiveOn, recordedAt, act, statement, corrects, eventId }) {
  const commandId = idOf('command', number);
  return {
    nonce: bytesOf('nonce', number).toString('base64'),
    schemaVersion: 1,
    recordedAt,
    effectiveOn,
    act: act ?? 'STATED',
    statement: statement ?? eventId,
    ...(corrects && { corrects }),
    actor: { personId: persons[number % persons.length], role: 'COORDINATOR', organisationId: agency },
    source: { kind: 'api', ref: 'bench' },
    correlationId: idOf('correlation', number),
    causationId: commandId,
    commandId,
    inputMac: 'Zm9yIHRoZSBiZW5jaG1hcmsgb25seSwgbm90IGEga2V5',
    agency,
    ...(district && { district }),
  };
}

/** One append of one event of ordinary size, for the measurement of appends. */
export function appendOf(writer, turn) {
  const number = writer * 10_000_000 + turn;
  const eventId = idOf('append', number);
  const district = uuid('district', writer);
  const data = {
    district,
    schoolYear: '2025-26',
    cells: [
      { focusArea: 'SEBH', supportType: 'TRAINING', amount: 'MODERATE', quantity: 4, unit: 'DAYS' },
      { focusArea: 'LITERACY', supportType: 'COACHING', amount: 'LIGHT', quantity: 12, unit: 'SESSIONS' },
    ],
    source: { kind: 'SURVEY', on: '2025-09-15', reference: 'autumn survey of districts, question 7' },
    statedBy: 'AGENCY',
  };
  const meta = metadata(number, { agency: uuid('agency', writer % 56), district, effectiveOn: '2025-09-15', recordedAt: '2025-10-01T12:00:00.000Z', eventId });
  return { stream: streamName('districtRequest', district, '2025-26'), events: [{ eventId, type: 'SupportRequested', data, metadata: meta }] };
}

/** Everything that is said about one organisation in one school year, step by step; each step is one append. */
function* agencyYear(agency, schoolYear, next) {
  const stream = streamName('explorationCycle', agency.id, schoolYear, 'mimtss-isd');
  const place = { subjectId: agency.id, schoolYear, lineage: 'mimtss-isd', cycle: 1 };
  const tags = { stream, agency: agency.id };
  yield { ...tags, type: 'ExplorationCycleOpened', data: { ...place, subjectKind: 'AGENCY', questionSet: 'mimtss-isd-2022' } };
  yield { ...tags, type: 'LeadershipCommitmentStated', data: { ...place, commitment: commitmentOn(schoolYear) } };
  const said = new Map();
  for (let turn = 0; turn < 58; turn += 1) {
    const { item, assessment } = turn < items.length ? items[turn] : pick(next, items);
    const before = said.get(item);
    const answer = answerOf(next, item);
    const data = { ...place, assessment, item, answer, evidence: [{ kind: 'MEETING', seenOn: `${schoolYear.slice(0, 4)}-10-02` }] };
    const corrects = before !== undefined && next() < 0.03;
    const recorded = yield corrects
      ? { ...tags, ...correctionOf(before), type: 'ItemAnswered', data: { ...data, reason: 'misread', was: { answer: before.said, effectiveOn: before.effectiveOn } } }
      : { ...tags, type: 'ItemAnswered', data };
    said.set(item, remembered(recorded, corrects ? before : undefined, answer));
  }
  for (const focusArea of focusAreas.slice(0, 3)) {
    const need = { needId: uuid('need', stream, focusArea), focusArea, statement: 'Schools in the north need help with it first.', strength: 4, sources: [] };
    yield { ...tags, type: 'CountyNeedStated', data: { ...place, need } };
  }
  for (const assessment of assessments) yield { ...tags, type: 'AssessmentSubmitted', data: { ...place, assessment, submission: 1 } };
  for (const assessment of assessments) yield { ...tags, type: 'AssessmentAccepted', data: { ...place, assessment, submission: 1 } };
  yield { ...tags, type: 'ExplorationCycleClosed', data: place };
}

function* districtYear(agency, district, schoolYear, next) {
  const stream = streamName('districtRequest', district, schoolYear);
  const tags = { stream, agency: agency.id, district };
  const source = { kind: 'SURVEY', on: `${schoolYear.slice(0, 4)}-09-20`, reference: 'autumn survey' };
  const place = { district, schoolYear };
  let need;
  for (let turn = 0; turn < 2; turn += 1) {
    const cells = focusAreas.slice(0, 3).map((focusArea) => ({ focusArea, answer: pick(next, answers), strength: 1 + Math.floor(next() * 5) }));
    const data = { ...place, cells, source, statedBy: 'AGENCY' };
    const chance = need === undefined ? 1 : next();
    const was = need && { cells: need.said, effectiveOn: need.effectiveOn };
    if (chance < 0.05) {
      yield { ...tags, ...correctionOf(need), act: 'WITHDRAWN', type: 'DistrictNeedStated', data: { ...data, cells: [], reason: 'another district', was } };
      need = undefined;
    } else if (chance < 0.15) {
      const recorded = yield { ...tags, ...correctionOf(need), type: 'DistrictNeedStated', data: { ...data, reason: 'misread', was } };
      need = remembered(recorded, need, cells);
    } else {
      need = remembered(yield { ...tags, type: 'DistrictNeedStated', data }, undefined, cells);
    }
  }
  for (let turn = 0; turn < 5; turn += 1) {
    const cells = supportTypes.map((supportType) => ({ focusArea: focusAreas[turn], supportType, amount: pick(next, amounts) }));
    yield { ...tags, type: 'SupportRequested', data: { ...place, cells, source, statedBy: 'AGENCY' } };
  }
  const plan = { planRef: uuid('plan', stream), planTitle: 'District improvement plan', goalTitle: 'Fewer referrals', goalState: 'ACTIVE', focusAreas: ['SEBH'], seenOn: source.on };
  yield { ...tags, type: 'DistrictPlanRead', data: { ...place, plan } };
  const followUp = { ...place, followUpId: uuid('followUp', stream), kind: 'MEETING' };
  yield { ...tags, type: 'FollowUpOpened', data: { ...followUp, focusAreas: ['LITERACY'], ownerRole: 'MTSS coordinator' } };
  yield { ...tags, type: 'FollowUpAsked', data: { ...followUp, askedOn: source.on } };
}

const correctionOf = ({ statement, last, effectiveOn }) => ({ act: 'CORRECTED', statement, corrects: last, effectiveOn });

function remembered({ eventId, metadata: stamped }, before, said) {
  return { statement: before?.statement ?? eventId, last: eventId, effectiveOn: stamped.effectiveOn, said };
}

function commitmentOn(schoolYear) {
  return { supports: 'YES', leaderRole: 'Superintendent', committedOn: `${schoolYear.slice(0, 4)}-09-01`, understandsResources: 'PARTLY' };
}

function answerOf(next, item) {
  const level = { part: 'level', value: { kind: 'SCALE5', level: 1 + Math.floor(next() * 5), focusArea: pick(next, focusAreas) } };
  const text = { part: 'summary', value: { kind: 'TEXT', text: `Districts report more incidents than a year ago and ask for help (${item}).` } };
  return next() < 0.1 ? { kind: 'UNKNOWN', reason: 'not asked yet' } : { kind: 'ANSWERED', parts: [level, text] };
}

/** Agencies in a history of `count` events: as many as fill six school years. */
export function agenciesIn(count) {
  return Math.max(2, Math.round(count / (years * (perAgency + districtsPerAgency * perDistrict) + districtsPerAgency * 2)));
}

export const agencyId = (number) => uuid('agency', number);
export const districtId = (agency, number) => uuid('district', agency, number);

/**
 * `count` events: agencies with their districts, as many as fill six school years, each year said by all of them in random turns. Yields
 * appends in order of recording: { stream, expected, events }.
 */
export function* history(count, seed = 7) {
  const next = random(seed);
  const recorder = new Recorder(count, next);
  const agencies = [];
  for (const append of registrations(agenciesIn(count), agencies, next)) yield recorder.record(append);
  for (let year = 2018; recorder.number < count; year += 1) {
    recorder.beginYear();
    yield* yearOf(agencies, `${year}-${String((year + 1) % 100).padStart(2, '0')}`, recorder, next);
  }
}

/** Turns drafts into appends: gives them numbers, instants that rise, and their place in their stream. */
class Recorder {
  number = 0;
  #clock = Date.parse('2018-07-01T08:00:00.000Z');
  #revisions = new Map();

  constructor(count, next) {
    this.next = next;
    this.usualPause = (2 * years * 365 * 86_400_000) / count;
  }

  /** Streams belong to one year, but for those of registrations. */
  beginYear() {
    this.#revisions.clear();
  }

  record(drafts) {
    const { stream } = drafts[0];
    const expected = this.#revisions.get(stream) ?? 'NO_STREAM';
    this.#clock += 1 + Math.floor(this.next() * this.usualPause);
    const recordedAt = new Date(this.#clock).toISOString();
    const late = this.next() < 0.15 ? Math.floor(this.next() * 60) * 86_400_000 : 0;
    const effectiveOn = new Date(this.#clock - late).toISOString().slice(0, 10);
    const events = drafts.map(({ type, data, stream: _, ...tags }) => {
      this.number += 1;
      const eventId = idOf('event', this.number);
      return { eventId, type, data, metadata: metadata(this.number, { recordedAt, effectiveOn, ...tags, eventId }) };
    });
    this.#revisions.set(stream, (expected === 'NO_STREAM' ? -1 : expected) + events.length);
    return { stream, expected, events };
  }
}

/** Registers agencies and their districts, and puts them into `agencies`. */
function* registrations(wanted, agencies, next) {
  let districts = 0;
  for (let i = 0; i < wanted; i += 1) {
    const agency = { id: agencyId(i), districts: [] };
    agencies.push(agency);
    yield [registered(agency.id, 'SERVICE_AGENCY', 'MI_ISD', String(i).padStart(2, '0'), agency.id)];
    const size = i === 0 ? Math.min(126, 8 * wanted) : 4 + Math.floor(next() * (2 * districtsPerAgency - 7));
    for (let d = 0; d < size; d += 1) {
      const district = districtId(i, d);
      agency.districts.push(district);
      districts += 1;
      const entry = registered(district, 'DISTRICT', 'MI_DISTRICT', String(districts).padStart(5, '0'), agency.id, district);
      const data = { organisationId: district, kind: 'DISTRICT', parentId: agency.id };
      yield [entry, { ...entry, type: 'OrganisationPlaced', data }];
    }
  }
}

function* yearOf(agencies, schoolYear, recorder, next) {
  const scripts = scriptsOf(agencies, schoolYear, next);
  const turns = [];
  for (;;) {
    while (turns.length < mostAtOnce) {
      const { value: script } = scripts.next();
      if (script === undefined) break;
      turns.push({ script, draft: script.next().value });
    }
    if (turns.length === 0) return;
    const at = Math.floor(next() * turns.length);
    const turn = turns[at];
    const step = recorder.record([turn.draft]);
    yield step;
    const { value, done } = turn.script.next(step.events[0]);
    if (!done) turn.draft = value;
    else if (at === turns.length - 1) turns.pop();
    else turns[at] = turns.pop();
  }
}

function* scriptsOf(agencies, schoolYear, next) {
  for (const agency of agencies) {
    yield agencyYear(agency, schoolYear, next);
    for (const district of agency.districts) yield districtYear(agency, district, schoolYear, next);
  }
}

function registered(organisationId, kind, scheme, value, agency, district) {
  const data = {
    organisationId,
    state: 'MI',
    kind,
    name: `${kind} ${value}`,
    timeZone: 'America/Detroit',
    identifiers: [{ scheme, value }],
    tagKey: Buffer.alloc(32, value).toString('base64'),
  };
  return { stream: streamName('organisation', organisationId), type: 'OrganisationRegistered', agency, district, data };
}
