import type { StreamName } from '@waymark/kernel';
import { organisationStream } from '@waymark/organisations';
import { agencies, members } from '../facts/in-force.js';
import { oneOf, type Sql, sql } from '../facts/sql.js';
import { counted, noData } from './figure.js';
import { type Ask, numberOf, question, type RecordedChange } from './question.js';
import { recordedChanges } from './record-changes.js';
import { eventItem, eventItemOf, oneRecord, organisationOf, pageInputs, pageOfInputs } from './record.js';

interface Loaded {
  readonly total: number;
  readonly recordedAnything: boolean;
  readonly shown: readonly RecordedChange[];
}

/** Entries of the register about the scope: its agencies, and the districts that stand under them; or those of one record. */
async function ofScope(ask: Ask): Promise<Sql> {
  const { view, scope } = ask;
  const known = sql`position <= ${view.position}`;
  if (scope.kind === 'STREAM') return sql`${known} and position in ${oneOf(await correctedIn(ask, scope.stream))}`;
  const own = scope.kind === 'STATE' ? agencies(view, scope) : sql`select ${organisationOf(ask)} as organisation`;
  const about = sql`agency in (${own}) or district in (${own}) or district in (${members(view, scope)})`;
  if (scope.kind !== 'ORGANISATION') return sql`${known} and (${about})`;
  const said = await correctedIn(ask, organisationStream(scope.id));
  return sql`${known} and (${about} or position in ${oneOf(said)})`;
}

/** Where the corrections and withdrawals of a stream stand. */
async function correctedIn(ask: Ask, stream: StreamName): Promise<number[]> {
  const events = await ask.record.inStream(stream);
  return events.filter(({ metadata }) => metadata.act !== 'STATED').map(({ position }) => position);
}

export const corrections = question<Loaded>({
  slug: 'corrections',
  version: 1,
  plainWords: 'Which events were corrected later; what was the earlier value; who asked for the correction and why?',
  source: 'A correction is a new event with a reason and a reference to the corrected one (R-88).',
  needs: 'read:events',
  about: [...oneRecord, 'STATE'],
  inputs: pageInputs,
  figures: [
    {
      name: 'corrections',
      label: 'Entries corrected or withdrawn',
      unit: 'events',
      dimensions: [],
      rule: 'Events up to the recorded dial that correct or withdraw an earlier entry. 0 is known as soon as anything was recorded at all.',
    },
  ],
  items: [{ ...eventItem, kind: 'CORRECTION', label: 'A correction or withdrawal, with what it changed' }],

  async load(ask, inputs) {
    const { first, after } = await pageOfInputs(ask, inputs);
    const isAsked = await ofScope(ask);
    const [row] = await ask.rows<{ n: number }>(sql`select count(*) as n from correction_register where ${isAsked}`);
    const page = await ask.rows<{ position: number }>(sql`
      select position from correction_register where ${isAsked} and position > ${after} order by position limit ${first}`);
    const events = await ask.record.at(page.map(({ position }) => Number(position)));
    return {
      total: numberOf(row?.n),
      recordedAnything: ask.view.position > 0,
      shown: await recordedChanges(ask, events),
    };
  },

  answer({ total, recordedAnything, shown }) {
    const key = { name: 'corrections', dimensions: {} };
    return {
      figures: [recordedAnything ? counted(key, total, 1, 'record') : noData(key, 'Nothing was recorded yet.')],
      items: shown.map((change) => eventItemOf(change, 'CORRECTION')),
    };
  },

  async sources(ask) {
    return [{ select: sql`select position as event_position from correction_register where ${await ofScope(ask)}` }];
  },
});
