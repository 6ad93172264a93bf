// Generated histories of realistic shape: organisations, cycles with answers, districts' needs and requests, corrections. Lawful for the
// facts projection (a correction names what it corrects), seeded, the same on every run. Written through the store's own append.
import { derivedUuid, streamName } from '../../dist/libs/kernel/src/index.js';

const focusAreas = ['SEBH', 'LITERACY', 'DISTRICT_INFRASTRUCTURE', 'PYRAMID_MODEL', 'INTEGRATED'];
const supportTypes = ['TRAINING', 'COACHING', 'DATA_COORDINATION'];
const amounts = ['NONE', 'LIGHT', 'MODERATE', 'INTENSIVE'];
const answers = ['NEED', 'NEED', 'NO_NEED', 'UNKNOWN'];
const items = ['N0', 'N2', 'N3', 'N4', 'N5', 'F1', 'F2', 'F3a', 'F3b', 'F4a', 'C1', 'C2', 'C3', 'C4'];

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

/**
 * About `count` events: 56 agencies, their districts, then years of cycles and requests. Yields appends in order of recording:
 * { stream, expected, events }.
 */
export function* history(count, seed = 7) {
  const next = random(seed);
  let number = 0;
  let clock = Date.parse('2015-07-01T08:00:00.000Z');
  const revisions = new Map();
  const live = new Map();
  const append = (stream, drafts) => {
    const expected = revisions.get(stream) ?? 'NO_STREAM';
    const first = expected === 'NO_STREAM' ? 0 : expected + 1;
    clock += 1 + Math.floor(next() * 200);
    const recordedAt = new Date(clock).toISOString();
    const events = drafts.map((draft, ordinal) => {
      number += 1;
      const eventId = uuid('event', stream, first + ordinal);
      return { eventId, type: draft.type, data: draft.data, metadata: metadata(number, { recordedAt, effectiveOn: recordedAt.slice(0, 10), ...draft, eventId }) };
    });
    revisions.set(stream, first + events.length - 1);
    return { stream, expected, events };
  };

  const agencies = Array.from({ length: 56 }, (_, i) => ({ id: uuid('agency', i), districts: [] }));
  for (const [i, agency] of agencies.entries()) {
    yield append(streamName('organisation', agency.id), [registered(agency.id, 'SERVICE_AGENCY', 'MI_ISD', String(i).padStart(2, '0'), agency.id)]);
    const size = i === 0 ? 126 : 4 + Math.floor(next() * 20);
    for (let d = 0; d < size; d += 1) {
      const district = uuid('district', i, d);
      agency.districts.push(district);
      const code = String(i * 200 + d).padStart(5, '0');
      const placed = { type: 'OrganisationPlaced', agency: agency.id, district, data: { organisationId: district, kind: 'DISTRICT', parentId: agency.id } };
      yield append(streamName('organisation', district), [registered(district, 'DISTRICT', 'MI_DISTRICT', code, agency.id, district), placed]);
    }
  }
  const perYear = agencies.reduce((sum, agency) => sum + agency.districts.length, 0) * 30;
  for (let year = 2015; number < count; year = year < 2024 ? year + 1 : 2015) {
    const schoolYear = `${year}-${String((year + 1) % 100).padStart(2, '0')}`;
    for (let turn = 0; turn < perYear && number < count; turn += 1) {
      const agency = pick(next, agencies);
      yield next() < 0.12 ? cycleStep(agency, schoolYear) : districtStep(agency, schoolYear);
    }
  }

  function registered(organisationId, kind, scheme, value, agency, district) {
    const data = { organisationId, state: 'MI', kind, name: `${kind} ${value}`, timeZone: 'America/Detroit', identifiers: [{ scheme, value }], tagKey: Buffer.alloc(32, value).toString('base64') };
    return { type: 'OrganisationRegistered', agency, district, data };
  }

  function cycleStep(agency, schoolYear) {
    const stream = streamName('explorationCycle', agency.id, schoolYear, 'mimtss-isd');
    const place = { subjectId: agency.id, schoolYear, lineage: 'mimtss-isd', cycle: 1 };
    if (!revisions.has(stream)) {
      return append(stream, [{ type: 'ExplorationCycleOpened', agency: agency.id, data: { ...place, subjectKind: 'AGENCY', questionSet: 'mimtss-isd-2022' } }]);
    }
    const item = pick(next, items);
    const answer = { kind: 'ANSWERED', parts: [{ part: 'summary', value: { kind: 'TEXT', text: 'Districts in the north report more behaviour incidents than a year ago and ask for help.' } }] };
    const assessment = item.startsWith('N') ? 'NEEDS' : item.startsWith('F') ? 'FIT' : 'CAPACITY';
    return append(stream, [{ type: 'ItemAnswered', agency: agency.id, data: { ...place, assessment, item, answer, evidence: [] } }]);
  }

  function districtStep(agency, schoolYear) {
    const district = pick(next, agency.districts);
    const stream = streamName('districtRequest', district, schoolYear);
    const source = { kind: 'SURVEY', on: `${schoolYear.slice(0, 4)}-09-20` };
    const tags = { agency: agency.id, district };
    const previous = live.get(stream);
    if (previous !== undefined && next() < 0.05) {
      const cells = previous.cells.map((cell) => ({ ...cell, answer: pick(next, answers) }));
      const data = { district, schoolYear, cells, source, statedBy: 'AGENCY', reason: 'misread', was: { cells: previous.cells, effectiveOn: previous.effectiveOn } };
      live.set(stream, { ...previous, cells });
      const step = append(stream, [{ type: 'DistrictNeedStated', ...tags, act: 'CORRECTED', statement: previous.statement, corrects: previous.last, effectiveOn: previous.effectiveOn, data }]);
      live.get(stream).last = step.events[0].eventId;
      return step;
    }
    if (next() < 0.5) {
      const cells = [{ focusArea: pick(next, focusAreas), answer: pick(next, answers), strength: 1 + Math.floor(next() * 5) }];
      const step = append(stream, [{ type: 'DistrictNeedStated', ...tags, data: { district, schoolYear, cells, source, statedBy: 'AGENCY' } }]);
      const [{ eventId, metadata: stated }] = step.events;
      live.set(stream, { statement: eventId, last: eventId, cells, effectiveOn: stated.effectiveOn });
      return step;
    }
    const focusArea = pick(next, focusAreas);
    const cells = supportTypes.map((supportType) => ({ focusArea, supportType, amount: pick(next, amounts) }));
    return append(stream, [{ type: 'SupportRequested', ...tags, data: { district, schoolYear, cells, source, statedBy: 'AGENCY' } }]);
  }
}
