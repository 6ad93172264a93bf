import { roles } from './person.events.js';
import { openToAnybody, operations, rightsMatrix } from './rights-matrix.js';
import { grantableFor } from './roles.js';

/** `docs/rights.md`, generated from the matrix. */
export function rightsDocument(): string {
  const head = ['Operation', ...roles.map((role) => `\`${role}\``)];
  const lines = operations.map((operation) => {
    const cells = roles.map((role) => rightsMatrix[role][operation]?.join(', ') ?? '');
    return row([`\`${operation}\``, ...cells]);
  });
  return `${[
    '# Rights',
    '',
    'Generated from `libs/identity/src/rights-matrix.ts`; do not edit. An empty cell is a denial, and so is whatever is not listed.',
    '',
    '- `OWN_ORGANISATION`: the organisation of the grant alone.',
    '- `OWN_AGENCY`: the service agency of the grant and every organisation that stands under it on the day of the act (R-07).',
    '- `OWN_STATE`: every organisation of the state, for a grant of the state agency alone.',
    '- `ANYWHERE`: every organisation, and acts that are about none.',
    '',
    `Whoever is signed in may do ${openToAnybody.map((operation) => `\`${operation}\``).join(', ')}. \`question:*\` stands for every named question.`,
    'A state reviewer writes nothing but review acts, and nobody else does those (R-08).',
    '',
    row(head),
    row(head.map(() => '---')),
    ...lines,
    '',
    '## What a role is granted for',
    '',
    row(['Role', 'Kinds of organisation']),
    row(['---', '---']),
    ...roles.map((role) => row([`\`${role}\``, grantableFor[role].join(', ')])),
  ].join('\n')}\n`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
