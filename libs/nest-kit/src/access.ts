import { Injectable } from '@nestjs/common';
import type { Actor, Organisations } from '@waymark/kernel';
import type { RequestContext } from './graphql/request-context.js';
import { type Account, Rights } from './ports.js';

/** Checks the right to read before anything is read. */
@Injectable()
export class Access {
  constructor(private readonly rights: Rights) {}

  /** Who is signed in. Throws UnauthenticatedError. */
  account(context: RequestContext): Promise<Account> {
    return context.account();
  }

  /**
   * The actor that may do this operation (`read:organisation`, `question:<slug>`, …) about these organisations.
   * Throws UnauthenticatedError, ForbiddenError.
   */
  async authorise(context: RequestContext, operation: string, about: Organisations = {}): Promise<Actor> {
    return this.rights.authorise(await context.account(), operation, about);
  }
}
