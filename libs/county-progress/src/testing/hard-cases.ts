import type { Happened } from '@waymark/event-store/testing';
import { addDays } from './draw.js';
import { closed, countyNeed, need, placed, registered } from './said.js';

const corrected = 'CORRECTED' as const;
const withdrawn = 'WITHDRAWN' as const;

/** A short history in which each semantic rule decides something: every place in it is to be asked about on every day of note. */
export function hardCases(): Happened[] {
  const events = [
    ...['a1', 'a2'].map((agency) => registered(agency, 'SERVICE_AGENCY')),
    ...['d1', 'd2', 'd3', 'd4', 'd5'].map((district) => registered(district, 'DISTRICT')),
    placed('d1', 'a1', { eff: '2022-07-01' }),
    placed('d2', 'a1', { eff: '2022-07-01' }),
    placed('d3', 'a2', { eff: '2022-07-01', id: 'move' }),
    // S1, S2, S3: a later day, then a late entry between the two.
    need('d1', { SEBH: 'NEED' }, { eff: '2023-09-01', id: 'first' }),
    need('d1', { SEBH: 'NO_NEED' }, { eff: '2023-11-01' }),
    need('d1', { SEBH: 'UNKNOWN' }, { eff: '2023-10-01', id: 'late' }),
    // S4, S6: a pair on one day; the earlier one is corrected, and corrected again.
    need('d2', { SEBH: 'UNKNOWN' }, { eff: '2023-09-01', id: 'pair' }),
    need('d2', { SEBH: 'NO_NEED' }, { eff: '2023-09-01', id: 'beats' }),
    need(
      'd2',
      { SEBH: 'NEED' },
      { eff: '2023-09-01', id: 'pair2', act: corrected, statement: 'pair', was: { SEBH: 'UNKNOWN' } },
    ),
    need(
      'd2',
      { SEBH: 'NEED' },
      { eff: '2023-09-01', act: corrected, statement: 'pair', corrects: 'pair2', was: { SEBH: 'NEED' } },
    ),
    // S8, S12: the winner of the day is withdrawn, the beaten one comes back.
    need('d2', {}, { eff: '2023-09-01', act: withdrawn, statement: 'beats', was: { SEBH: 'NO_NEED' } }),
    // S5, S7: a correction that drops a cell, moves to another key and day; one with equal content.
    need('d3', { SEBH: 'NEED', LITERACY: 'NEED' }, { eff: '2023-09-01', id: 'matrix' }),
    need(
      'd3',
      { OTHER: 'NEED' },
      {
        eff: '2023-10-01',
        id: 'matrix2',
        act: corrected,
        statement: 'matrix',
        was: { SEBH: 'NEED', LITERACY: 'NEED' },
      },
    ),
    need(
      'd3',
      { OTHER: 'NEED' },
      { eff: '2023-10-01', act: corrected, statement: 'matrix', corrects: 'matrix2', was: { OTHER: 'NEED' } },
    ),
    // S20: a district under nobody. S17: what agencies said themselves.
    need('d4', { SEBH: 'NEED' }, { eff: '2023-09-01' }),
    countyNeed('a1', 'SEBH', { eff: '2023-09-15' }),
    countyNeed('a2', 'LITERACY', { eff: '2023-09-15' }),
    // S11, S16, S19: a planned move; needs of the year before.
    placed('d1', 'a2', { eff: '2024-07-01' }),
    need('d1', { SEBH: 'NEED' }, { eff: '2022-10-01', year: '2022-23' }),
    need('d5', { SEBH: 'NEED' }, { eff: '2022-10-01', year: '2022-23' }),
    placed('d5', 'a1', { eff: '2023-12-01', id: 'd5' }),
    // S18: a late move, corrected, then withdrawn.
    placed('d5', 'a2', { eff: '2023-12-15', id: 'd5late' }),
    placed('d5', 'a2', {
      eff: '2024-02-15',
      id: 'd5late2',
      act: corrected,
      statement: 'd5late',
      was: ['a2', '2023-12-15'],
    }),
    placed('d5', 'a2', {
      eff: '2024-02-15',
      act: withdrawn,
      statement: 'd5late',
      corrects: 'd5late2',
      was: ['a2', '2024-02-15'],
    }),
    // S9: an end, entered late.
    closed('d3', { eff: '2024-01-31' }),
  ];
  // S13: two and two share an instant.
  return events.map((event, index) => {
    const minute = String(Math.floor(index / 2)).padStart(2, '0');
    return { ...event, recordedAt: `2024-08-01T10:${minute}:00.000Z` };
  });
}

/** Every day on which something begins or ends in the hard cases, the day before it, and the days a year later. */
export function daysOfNote(): string[] {
  const days = hardCases().map(({ effectiveOn }) => effectiveOn!);
  return [...new Set(days.flatMap((day) => [addDays(day, -1), day]))].filter((day) => day >= '2023-08-31').sort();
}
