/** An answer to each item of `mimtss-isd-2022` that is answered by parts, as GraphQL takes it; our own words throughout. */
export function isdAnswers(seenOn: string, districtId: string): Readonly<Record<string, object>> {
  return { ...needs(seenOn), ...fit(districtId), ...capacity };
}

export const assessmentItems = {
  NEEDS: ['N0', 'N2', 'N3', 'N4', 'N5', 'N6', 'N7'],
  FIT: ['F1', 'F2', 'F3a', 'F3b', 'F3c', 'F3d', 'F4a', 'F4b', 'F4c', 'F4d'],
  CAPACITY: ['C1', 'C2', 'C3', 'C4'],
} as const;

const answered = (...parts: object[]) => ({ state: 'ANSWERED', parts });
const text = (part: string, words: string) => ({ part, text: words });
const relation = (initiative: string, kind: string, more: object = {}) => ({
  part: 'relations',
  relation: { initiative, focusArea: 'LITERACY', relation: kind, ...more },
});

function needs(seenOn: string): Record<string, object> {
  const plan = { planKind: 'MICIP_GOAL', title: 'Reading by grade 3', seenOn, link: 'https://plans.example/1' };
  return {
    N0: answered(text('summary', 'Reading support beyond grade 3.'), { part: 'strength', scale: { level: 4 } }),
    N2: answered({ part: 'plans', plan }, { part: 'areas', focusAreas: ['LITERACY', 'SEBH'] }),
    N3: answered({ part: 'data', dataSet: { title: 'Spring screener', finding: 'Grades 4 to 6 lag.', seenOn } }),
    N4: answered(text('summary', 'Two districts name reading first.'), { part: 'ways', choices: ['SURVEY'] }),
    N5: answered({ part: 'areas', focusAreas: ['LITERACY'] }),
    N6: answered(
      { part: 'amount', choice: 'MODERATE' },
      { part: 'quantity', quantity: { quantity: 12.5, unit: 'DAYS' } },
    ),
    N7: answered({ part: 'types', choices: ['TRAINING', 'COACHING'] }),
  };
}

function fit(districtId: string): Record<string, object> {
  const initiative = { name: 'New reading curriculum', ownerOrganisationId: districtId };
  return {
    F1: answered({ part: 'shared', threeWay: 'PARTLY' }, { part: 'clarity', scale: { level: 3 } }),
    F2: answered({ part: 'aligned', choices: ['STRATEGIC_PLAN'] }, text('explanation', 'Goal 2 asks for one frame.')),
    F3a: answered({ part: 'initiatives', initiative: { name: 'Early literacy coaching' } }),
    F3b: answered(relation('Early literacy coaching', 'ENHANCES')),
    F3c: answered(relation('School mental health grant', 'CONFLICTS', { explanation: 'Two referral forms.' })),
    F3d: answered(relation('Early literacy coaching', 'OVER_EXTENDS_STAFF', { staffGroups: ['literacy coaches'] })),
    F4a: answered({ part: 'initiatives', initiative }),
    F4b: answered(relation('New reading curriculum', 'ENHANCES')),
    F4c: { state: 'NOT_APPLICABLE', reason: 'No district has one that would conflict.' },
    F4d: { state: 'UNKNOWN', reason: 'Two districts are still counting.' },
  };
}

const capacity: Readonly<Record<string, object>> = {
  C1: answered({ part: 'areas', scale: { level: 4, focusArea: 'LITERACY' } }),
  C2: answered({
    part: 'resources',
    resource: { resource: 'FTE', amount: '1.5', unit: 'FTE', fundingSource: 'general fund' },
  }),
  C3: answered({
    part: 'learning',
    learningNeed: { staffRole: 'consultant', topic: 'coaching of teams', audience: 'DISTRICT' },
  }),
  C4: answered({
    part: 'changes',
    change: { change: 'One calendar for training', ownerRole: 'assistant superintendent', status: 'AGREED' },
  }),
};
