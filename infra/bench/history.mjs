// Generated histories of realistic shape: organisations, cycles with answers and reviews, districts' needs, requests, plans and
// follow-ups, corrections and withdrawals. Lawful (a correction names what it corrects and repeats what stood), seeded, the same on every
// run: a district says its needs in autumn and once more in spring, 2 % of all events correct, 15 % come late. Written through the store's own append.
import { existsSync, rmSync } from 'node:fs';
import { openSqliteEventStore } from '../../dist/libs/event-store/src/sqlite/index.js';
import { derivedUuid, streamName } from '../../dist/libs/kernel/src/index.js';

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

function metadata(number, { agency, district, effectiveOn, recordedAt, act, statement, corrects, eventId }) {
  const commandId = uuid('command', number);
  return {
    nonce: Buffer.from(uuid('nonce', number).replaceAll('-', ''), 'hex').toString('base64'),
    schemaVersion: 1,
    recordedAt,
    effectiveOn,
    act: act ?? 'STATED',
    statement: statement ?? eventId,
    ...(corrects && { corrects }),
    actor: { personId: uuid('person', number % 400), role: 'COORDINATOR', organisationId: agency },
    source: { kind: 'api', ref: 'bench' },
    correlationId: uuid('correlation', number),
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
  const eventId = uuid('append', writer, turn);
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
  return { stream: streamName('districtRequest', `${district}_2025-26`.split('_')[0], '2025-26'), events: [{ eventId, type: 'SupportRequested', data, metadata: meta }] };
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

/**
 * `count` events: agencies with their districts, as many as fill six school years, each year said by all of them at once in random
 * turns. Yields appends in order of recording: { stream, expected, events }.
 */
export function* history(count, seed = 7) {
  const next = random(seed);
  const wanted = Math.max(2, Math.round(count / (years * (perAgency + districtsPerAgency * perDistrict) + districtsPerAgency * 2)));
  let number = 0;
  let clock = Date.parse('2018-07-01T08:00:00.000Z');
  const revisions = new Map();
  const record = (drafts) => {
    const { stream } = drafts[0];
    const expected = revisions.get(stream) ?? 'NO_STREAM';
    const first = expected === 'NO_STREAM' ? 0 : expected + 1;
    clock += 1 + Math.floor(next() * ((2 * years * 365 * 86_400_000) / count));
    const recordedAt = new Date(clock).toISOString();
    const late = next() < 0.15 ? Math.floor(next() * 60) * 86_400_000 : 0;
    const effectiveOn = new Date(clock - late).toISOString().slice(0, 10);
    const events = drafts.map(({ type, data, stream: _, ...tags }, ordinal) => {
      number += 1;
      const eventId = uuid('event', stream, first + ordinal);
      return { eventId, type, data, metadata: metadata(number, { recordedAt, effectiveOn, ...tags, eventId }) };
    });
    revisions.set(stream, first + events.length - 1);
    return { stream, expected, events };
  };

  const agencies = [];
  let districts = 0;
  for (let i = 0; i < wanted; i += 1) {
    const agency = { id: uuid('agency', i), districts: [] };
    agencies.push(agency);
    yield record([registered(agency.id, 'SERVICE_AGENCY', 'MI_ISD', String(i).padStart(2, '0'), agency.id)]);
    const size = i === 0 ? Math.min(126, 8 * wanted) : 4 + Math.floor(next() * (2 * districtsPerAgency - 7));
    for (let d = 0; d < size; d += 1) {
      const district = uuid('district', i, d);
      agency.districts.push(district);
      districts += 1;
      const entry = registered(district, 'DISTRICT', 'MI_DISTRICT', String(districts).padStart(5, '0'), agency.id, district);
      const data = { organisationId: district, kind: 'DISTRICT', parentId: agency.id };
      yield record([entry, { ...entry, type: 'OrganisationPlaced', data }]);
    }
  }
  for (let year = 2018; ; year += 1) {
    const schoolYear = `${year}-${String((year + 1) % 100).padStart(2, '0')}`;
    revisions.clear();
    const scripts = agencies.flatMap((agency) => [
      agencyYear(agency, schoolYear, next),
      ...agency.districts.map((district) => districtYear(agency, district, schoolYear, next)),
    ]);
    const turns = scripts.map((script) => ({ script, draft: script.next().value }));
    while (turns.length > 0) {
      if (number >= count) return;
      const at = Math.floor(next() * turns.length);
      const turn = turns[at];
      const step = record([turn.draft]);
      yield step;
      const { value, done } = turn.script.next(step.events[0]);
      if (done) {
        turns[at] = turns.at(-1);
        turns.pop();
      } else turn.draft = value;
    }
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

/** Fills a file with `count` generated events, unless it holds them already from an earlier run. */
export async function fillHistory(file, count, progress = () => {}) {
  const known = existsSync(file) ? await headOf(file) : 0;
  if (known === count) return;
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  const store = openSqliteEventStore({ file });
  let pending = [];
  let done = 0;
  for (const { stream, expected, events } of history(count)) {
    const kept = events.slice(0, count - done);
    if (kept.length === 0) break;
    pending.push(store.append(stream, expected, kept));
    done += kept.length;
    if (pending.length < 500) continue;
    await Promise.all(pending);
    pending = [];
    progress(done, count);
  }
  await Promise.all(pending);
  await store.close();
}

async function headOf(file) {
  const store = openSqliteEventStore({ file, readOnly: true });
  const { position } = await store.head();
  await store.close();
  return position;
}
