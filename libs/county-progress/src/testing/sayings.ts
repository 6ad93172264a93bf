import type { StoredEvent } from '@waymark/kernel';

/** What an event says about one thing, by the model: from which day on, and what. */
export interface Saying {
  readonly what: string;
  readonly key: readonly string[];
  readonly value: Readonly<Record<string, unknown>>;
  readonly from: string;
}
export interface Winner extends Saying {
  readonly position: number;
  readonly root: number;
}

type Data = Record<string, unknown>;
const list = (value: unknown) => (value ?? []) as Data[];
export const text = (value: unknown) => value as string;

/** Before anything: what holds for every day begins here. */
export const BEGINNING = '0000-00-00';

/** What one event says, read in its own words. */
export function sayings(event: StoredEvent): Saying[] {
  const d = event.data as Data;
  const from = event.metadata.effectiveOn;
  const one = (what: string, key: unknown[], value: Data, day = from): Saying[] => [
    { what, key: key.map(String), value, from: day },
  ];
  const cycle = [d['subjectId'], d['schoolYear'], d['lineage'], d['cycle']];
  const place = [d['district'], d['schoolYear']];
  switch (event.type) {
    case 'OrganisationRegistered':
      return [
        ...one('organisation', [d['organisationId']], { state: d['state'], kind: d['kind'] }, BEGINNING),
        ...one('organisation_name', [d['organisationId']], { name: d['name'] }, BEGINNING),
        ...list(d['identifiers']).flatMap(({ scheme, value }) =>
          one('organisation_code', [d['organisationId'], scheme], { code: value }, BEGINNING),
        ),
      ];
    case 'OrganisationNamed':
      return one('organisation_name', [d['organisationId']], { name: d['name'] });
    case 'OrganisationPlaced':
      return one('placement', [d['organisationId']], { parent: d['parentId'], kind: d['kind'] });
    case 'OrganisationClosed': {
      const next = new Date(Date.parse(from) + 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
      return one('placement', [d['organisationId']], { parent: null, kind: null }, next);
    }
    case 'DistrictNeedStated':
      return list(d['cells']).flatMap((cell) => one('need', [...place, cell['focusArea']], { answer: cell['answer'] }));
    case 'SupportRequested':
      return list(d['cells']).flatMap((cell) =>
        one('request', [...place, cell['focusArea'], cell['supportType']], { amount: cell['amount'] }),
      );
    case 'DistrictPlanRead': {
      const plan = d['plan'] as Data | undefined;
      if (plan === undefined) return [];
      const state = { goalState: plan['goalState'] };
      const areas = new Set((plan['focusAreas'] as string[]) ?? []);
      return [
        ...one('plan', [...place, plan['planRef']], state),
        ...[...areas].flatMap((area) => one('planArea', [...place, plan['planRef'], area], state)),
      ];
    }
    case 'ExplorationCycleOpened':
      return [...one('cycle', cycle, { state: 'OPEN' }), ...one('set', cycle, { set: d['questionSet'] })];
    case 'QuestionSetReplaced':
      return one('set', cycle, { set: d['questionSet'] });
    case 'ExplorationCycleClosed':
      return one('cycle', cycle, { state: 'COMPLETE' });
    case 'ExplorationCycleReopened':
      return one('cycle', cycle, { state: 'OPEN' });
    case 'ExplorationCycleAbandoned':
      return one('cycle', cycle, { state: 'ABANDONED' });
    case 'ItemAnswered': {
      const answer = d['answer'] as Data | undefined;
      if (answer === undefined) return [];
      const levels = new Map<string, Saying>();
      for (const { part, value } of list(answer['parts']) as { part: string; value: Data }[]) {
        if (value['kind'] !== 'SCALE5') continue;
        const area = text(value['focusArea'] ?? 'ALL');
        const saying = one('level', [...cycle, d['item'], part, area], {
          item: d['item'],
          area,
          level: value['level'],
        });
        levels.set(`${part}/${area}`, saying[0]!);
      }
      return [
        ...one('item', [...cycle, d['item']], { assessment: d['assessment'], item: d['item'] }),
        ...levels.values(),
      ];
    }
    case 'CountyNeedStated': {
      const need = d['need'] as Data | undefined;
      return need === undefined ? [] : one('countyNeed', [...cycle, need['needId']], { area: need['focusArea'] });
    }
    case 'LeadershipCommitmentStated': {
      const said = d['commitment'] as Data | undefined;
      return said === undefined ? [] : one('commitment', cycle, said);
    }
    case 'FollowUpOpened':
      return one('follow_up', [...place, d['followUpId']], {});
    case 'FollowUpAsked':
      return one('follow_up_asked', [...place, d['followUpId']], {});
    case 'FollowUpClosed':
      return one('follow_up_outcome', [...place, d['followUpId']], {});
    default:
      return [];
  }
}

/** Per thing that is spoken about, the one saying that holds at the dials. */
export function winnersAt(events: readonly StoredEvent[], position: number, day: string): Winner[] {
  const statements = new Map<string, { root: number; event: StoredEvent }>();
  for (const event of events) {
    if (event.position > position) continue;
    const { act, statement } = event.metadata;
    if (act === 'WITHDRAWN') statements.delete(statement);
    else if (act === 'STATED') statements.set(statement, { root: event.position, event });
    else statements.set(statement, { root: statements.get(statement)!.root, event });
  }
  const best = new Map<string, Winner>();
  for (const { root, event } of statements.values()) {
    for (const saying of sayings(event)) {
      if (saying.from > day) continue;
      const name = `${saying.what}:${saying.key.join('/')}`;
      const rival = best.get(name);
      const wins = rival === undefined || saying.from > rival.from || (saying.from === rival.from && root > rival.root);
      if (wins) best.set(name, { ...saying, position: event.position, root });
    }
  }
  return [...best.values()];
}
