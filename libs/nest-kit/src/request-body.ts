import { FastifyAdapter } from '@nestjs/platform-fastify';
import { limits } from './graphql/limits.js';
import { requestIdOf } from './graphql/request-context.js';
import type { Logger } from './logging.js';

/** Names that no member of ours has, and that could reach the prototype of whatever a body is copied into. */
const UNSAFE_MEMBERS: readonly string[] = ['__proto__', 'constructor'];

/** A body that is refused before any of it is looked at as GraphQL. */
class UnfitBodyError extends Error {
  readonly statusCode = 400;
}

/** The value of a JSON body. Throws {@link UnfitBodyError}: no JSON, a member with an unsafe name, nested too deeply. */
export function jsonBody(text: string): unknown {
  const value = parsed(text);
  const waiting: { readonly value: object; readonly depth: number }[] = [];
  const look = (member: unknown, depth: number) => {
    if (typeof member !== 'object' || member === null) return;
    if (depth > limits.bodyDepth) {
      throw new UnfitBodyError(
        `The body nests its values more than ${limits.bodyDepth} levels deep. Send flatter inputs.`,
      );
    }
    waiting.push({ value: member, depth });
  };
  look(value, 1);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value: holder, depth } = next;
    const unsafe = Array.isArray(holder) ? undefined : UNSAFE_MEMBERS.find((name) => Object.hasOwn(holder, name));
    if (unsafe !== undefined) throw new UnfitBodyError(`The body has a member named "${unsafe}". Leave it out.`);
    for (const member of Object.values(holder)) look(member, depth + 1);
  }
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnfitBodyError(
      'The body is not JSON, or ends too early. Send one JSON object with `query` and `variables`.',
    );
  }
}

interface Told {
  readonly code: 'BAD_REQUEST' | 'TOO_LARGE';
  readonly message: string;
}

/** What is told about an error with which Fastify ends a request before its handler; undefined when it is none of those. */
function toldAbout(error: unknown): Told | undefined {
  if (error instanceof UnfitBodyError) return { code: 'BAD_REQUEST', message: error.message };
  switch ((error as { code?: unknown }).code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return {
        code: 'BAD_REQUEST',
        message: 'Send the request as JSON, with the header "content-type: application/json".',
      };
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { code: 'TOO_LARGE', message: `The body is larger than ${limits.bodyBytes} bytes, which is the limit.` };
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return { code: 'BAD_REQUEST', message: 'The body is not as long as its header "content-length" says.' };
    default:
      return undefined;
  }
}

const STATUS: Readonly<Record<Told['code'], number>> = { BAD_REQUEST: 400, TOO_LARGE: 413 };

type ErrorHandler = Parameters<FastifyAdapter['setErrorHandler']>[0];

/** Fastify that answers a body it cannot take as GraphQL does: one error with a code, the request's id in header and log. */
export class BodyAdapter extends FastifyAdapter {
  constructor(private readonly log: Logger) {
    // A request that comes while the server ends is one that was on its way: it is answered.
    super({ bodyLimit: limits.bodyBytes, forceCloseConnections: 'idle', return503OnClosing: false });
    this.useBodyParser('application/json', false, { bodyLimit: limits.bodyBytes }, (_request, body, done) =>
      done(null, jsonBody(body.toString('utf8'))),
    );
  }

  override setErrorHandler(otherwise: ErrorHandler) {
    const { log } = this;
    return super.setErrorHandler(function (error, request, reply) {
      const told = request.url.startsWith('/graphql') ? toldAbout(error) : undefined;
      if (told === undefined) return otherwise.call(this, error, request, reply);
      const { code, message } = told;
      const requestId = requestIdOf(request.headers);
      log.info({ event: 'request', requestId, codes: [code] });
      return reply
        .status(STATUS[code])
        .header('x-request-id', requestId)
        .send({ errors: [{ message, extensions: { code } }] });
    });
  }
}
