import { Controller, Get, Req } from '@nestjs/common';
import type { JSONWebKeySet } from 'jose';
import { acceptedAlgorithms } from './oidc.js';
import { LOCAL_ISSUER, LocalIssuer } from './local-issuer.js';

interface AskedRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Discovery document and public keys of the local issuer, for other programs on the same machine. */
@Controller('oidc')
export class OidcEndpoints {
  constructor(private readonly issuer: LocalIssuer) {}

  @Get('.well-known/openid-configuration')
  discovery(@Req() request: AskedRequest): Record<string, unknown> {
    return {
      issuer: LOCAL_ISSUER,
      jwks_uri: `http://${String(request.headers['host'])}/oidc/jwks`,
      response_types_supported: ['none'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: acceptedAlgorithms.filter((algorithm) => algorithm === 'EdDSA'),
    };
  }

  @Get('jwks')
  jwks(): Promise<JSONWebKeySet> {
    return this.issuer.jwks();
  }
}
