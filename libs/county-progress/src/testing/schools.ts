import type { Happened } from '@waymark/event-store/testing';
import type { OrganisationId } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { Draw } from './draw.js';
import { registered, said, type When } from './said.js';

/** Organisations that no county question is asked about, with the kind of each. */
export const schools: Readonly<Record<string, string>> = {
  s0: 'SCHOOL',
  s1: 'SCHOOL',
  s2: 'SCHOOL',
  p0: 'PROGRAM',
  t0: 'TA_PROVIDER',
};

/**
 * A history with schools, a program and a provider in between: placed under districts and agencies and tagged with those, as
 * their events are, moved, corrected, withdrawn and named anew.
 */
export function withSchools(history: readonly Happened[], seed: number): Happened[] {
  const draw = new Draw(seed * 7 + 1);
  const all = [...history];
  for (const [name, kind] of Object.entries(schools)) {
    let at = 0;
    for (const event of lifeOf(name, kind, draw)) {
      at += 1 + draw.below(Math.max(1, Math.floor((all.length - at) / 6)));
      at = Math.min(at, all.length);
      all.splice(at, 0, { ...event, recordedAt: (all[at - 1] ?? all[0])!.recordedAt! });
    }
  }
  return all;
}

function lifeOf(name: string, kind: string, draw: Draw): Happened[] {
  const above = () => `d${draw.below(4)}`;
  const place = (parent: string, when: When, was?: string): Happened => {
    const stood = was && { was: { parentId: idOf(was), effectiveOn: when.eff } };
    const data = { organisationId: idOf(name), kind, parentId: idOf(parent), ...stood };
    const event = said('OrganisationPlaced', `organisation-${idOf(name)}`, data, when);
    return { ...event, organisations: { agency: idOf<OrganisationId>('a0'), district: idOf<OrganisationId>(parent) } };
  };
  const [first, wrong, right] = [above(), above(), above()];
  const eff = '2023-09-01';
  const named = { organisationId: idOf(name), name: `${name} anew` };
  return [
    registered(name, kind),
    place(first, { eff: '2022-07-01' }),
    place(wrong, { eff, id: `${name} moved` }),
    said('OrganisationNamed', `organisation-${idOf(name)}`, named, { eff: '2023-10-01' }),
    place(right, { eff, id: `${name} moved right`, act: 'CORRECTED', statement: `${name} moved` }, wrong),
    place(right, { eff, act: 'WITHDRAWN', statement: `${name} moved`, corrects: `${name} moved right` }, right),
  ];
}
