import { type DynamicModule, Global, Module } from '@nestjs/common';
import { RisingClock } from '@waymark/kernel';
import {
  Authenticator,
  commandHandlers,
  InputMac,
  OrganisationDirectory,
  PersonalTexts,
  PersonDirectory,
  Rights,
} from '@waymark/nest-kit';
import { accountDecider, LinkAccount } from './account.decider.js';
import { PersonKeys } from './keys/person-keys.js';
import { LocalIssuer } from './local-issuer.js';
import { MatrixRights } from './matrix-rights.js';
import { OpenedTexts } from './opened-texts.js';
import { OidcEndpoints } from './oidc-endpoints.js';
import { OidcTokens, type TokenChecker } from './oidc.js';
import { EndGrant, GrantRole, NamePerson, personDecider, RegisterPerson } from './person.decider.js';
import { PersonMutationsResolver } from './person-mutations.resolver.js';
import { PersonPresenting } from './person-presenting.js';
import { PersonReads } from './person.projection.js';
import { PersonResolver } from './person.resolver.js';
import { TokenAuthenticator } from './token-authenticator.js';

export interface IdentityOptions {
  /** Open keys; whoever opened them closes them. */
  readonly keys: PersonKeys;
  /** Who checks tokens: see {@link tokenChecker}. */
  readonly tokens: TokenChecker;
}

/**
 * Sign-in, persons and rights. Answers the kit's ports Authenticator, Rights, InputMac and those about persons for the whole application; needs
 * OrganisationDirectory, ReadDatabase, RisingClock and CommandRunner from it. With the local issuer it also serves `/oidc`.
 */
@Global()
@Module({})
export class IdentityModule {
  static register({ keys, tokens }: IdentityOptions): DynamicModule {
    const local = tokens instanceof LocalIssuer;
    return {
      module: IdentityModule,
      controllers: local ? [OidcEndpoints] : [],
      providers: [
        { provide: PersonKeys, useValue: keys },
        ...(local ? [{ provide: LocalIssuer, useValue: tokens }] : []),
        PersonReads,
        { provide: PersonDirectory, useExisting: PersonReads },
        { provide: PersonalTexts, useValue: new OpenedTexts(keys) },
        { provide: InputMac, useValue: { of: (canonical: string) => keys.inputMac(canonical) } },
        {
          provide: Authenticator,
          inject: [PersonReads],
          useFactory: (reads: PersonReads) => new TokenAuthenticator(tokens, reads, keys),
        },
        {
          provide: Rights,
          inject: [OrganisationDirectory, RisingClock],
          useFactory: (directory: OrganisationDirectory, clock: RisingClock) => new MatrixRights(directory, clock),
        },
        PersonPresenting,
        PersonResolver,
        PersonMutationsResolver,
        ...commandHandlers(personDecider, [RegisterPerson, NamePerson, GrantRole, EndGrant]),
        ...commandHandlers(accountDecider, [LinkAccount]),
      ],
      exports: [Authenticator, InputMac, PersonalTexts, PersonDirectory, PersonKeys, PersonReads, Rights],
    };
  }
}

/** What an installation says about sign-in; from the configuration. */
export interface SignInOptions {
  readonly oidcIssuer?: string | undefined;
  readonly oidcAudience: string;
  readonly dataDir: string;
  readonly host: string;
  readonly production: boolean;
}

/**
 * The issuer's tokens when one is configured, else those of the local issuer.
 * Throws LocalIssuerRefusedError where the local issuer may not run.
 */
export function tokenChecker(options: SignInOptions): TokenChecker {
  const { oidcIssuer: issuer, oidcAudience: audience } = options;
  return issuer === undefined ? LocalIssuer.open(options) : new OidcTokens({ issuer, audience });
}
