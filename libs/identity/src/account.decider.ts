import {
  type Command,
  type CommandMeta,
  type Decider,
  DomainError,
  type Organisations,
  type PersonId,
  streamName,
} from '@waymark/kernel';
import { accountCatalogue, type AccountEvent } from './account.events.js';

/** One stream per account, so that two people can never be linked to the same one, not even at the same moment. */
export class LinkAccount implements Command {
  readonly type = 'LinkAccount';
  constructor(
    readonly about: Organisations,
    readonly meta: CommandMeta,
    readonly data: {
      readonly personId: PersonId;
      readonly issuer: string;
      readonly accountHash: string;
      /** Whether the person was in the record when the command was made. */
      readonly personKnown: boolean;
    },
  ) {}
}

export interface AccountState {
  readonly personId?: PersonId;
}

export const accountDecider: Decider<AccountState, LinkAccount, AccountEvent> = {
  category: 'account',
  catalogue: accountCatalogue,
  initial: {},
  stream: (command) => streamName('account', command.data.accountHash),

  decide({ data }, state) {
    if (state.personId === data.personId) return [];
    if (state.personId !== undefined) {
      throw new DomainError(
        'ACCOUNT_LINKED',
        'This account is linked to another person. An account stands for one person.',
        {
          path: ['subject'],
        },
      );
    }
    if (!data.personKnown) {
      throw new DomainError('PERSON_NOT_FOUND', 'There is no person with this id. Register the person first.', {
        path: ['person'],
      });
    }
    const { personId, issuer, accountHash } = data;
    return [{ type: 'AccountLinked', data: { personId, issuer, accountHash } }];
  },

  evolve(_state, event) {
    return { personId: event.data.personId };
  },
};
