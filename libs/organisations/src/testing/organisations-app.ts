import { join } from 'node:path';
import { type Actor, ForbiddenError, OPERATOR_ORGANISATION, type Organisations, type PersonId } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { type Account, Authenticator, Rights } from '@waymark/nest-kit';
import { sliceApp } from '@waymark/nest-kit/testing';
import { organisationCatalogue } from '../organisation.events.js';
import { organisationProjection } from '../organisation.projection.js';
import { OrganisationsModule } from '../organisations.module.js';

export const NOW = '2025-10-15T14:00:00.000Z';

const grant = (role: string) => ({ role, organisationId: OPERATOR_ORGANISATION, from: '2020-07-01' });

/** The token is the role of who asks. */
class RoleTokens extends Authenticator {
  authenticate(authorization = ''): Promise<Account> {
    const role = authorization.replace('Bearer ', '');
    return Promise.resolve({ issuer: 'test', subject: role, personId: idOf<PersonId>(role), grants: [grant(role)] });
  }
}

/** Administrators do everything, others read; what was asked for is kept. */
export class SomeRights extends Rights {
  readonly asked: { operation: string; about: Organisations }[] = [];
  /** Whether the grants of administrators have ended. */
  ended = false;

  authorise({ subject: role, personId }: Account, operation: string, about: Organisations): Promise<Actor> {
    this.asked.push({ operation, about });
    if ((role !== 'ADMIN' || this.ended) && !operation.startsWith('read:')) {
      return Promise.reject(new ForbiddenError(`${operation} needs role ADMIN`));
    }
    return Promise.resolve({ role, personId, organisationId: OPERATOR_ORGANISATION });
  }
}

/** This slice over stores in memory. */
export async function organisationsApp() {
  const rights = new SomeRights();
  const app = await sliceApp({
    modules: [OrganisationsModule.register({ directories: join(process.cwd(), 'directories') })],
    projections: [organisationProjection],
    catalogue: organisationCatalogue,
    authenticator: new RoleTokens(),
    ports: [{ provide: Rights, useValue: rights }],
    now: NOW,
  });
  return {
    store: app.store,
    rights,
    ask: (query: string, variables: object = {}, role = 'COORDINATOR') => app.ask(query, variables, role),
    /** Runs a mutation; `fields` are selected of the entity. An answer without data comes as it is. */
    async mutate(name: string, input: object, fields = 'id code name', role = 'ADMIN'): Promise<Record<string, any>> {
      const answer = await app.mutate(name, input, fields, role);
      return answer.data == null ? answer : answer.data[name];
    },
    close: () => app.close(),
  };
}
