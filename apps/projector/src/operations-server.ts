import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HealthController, type HealthChecks, type Metrics } from '@waymark/nest-kit';

export interface OperationsServerOptions {
  readonly health: HealthChecks;
  readonly metrics: Metrics;
  /** 0 takes any free one. */
  readonly port: number;
  readonly host: string;
}

/** `/health/live`, `/health/ready` and `/metrics` of a program that answers nothing else. */
export class OperationsServer {
  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  /** Throws what the operating system says when the port cannot be had. */
  static async listen({ health, metrics, port, host }: OperationsServerOptions): Promise<OperationsServer> {
    const answers = new HealthController(health, metrics);
    const server = createServer((request, response) => void answer(answers, request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    const taken = (server.address() as AddressInfo).port;
    return new OperationsServer(server, `http://${host.includes(':') ? `[${host}]` : host}:${taken}`);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeIdleConnections();
    await closed;
  }
}

async function answer(answers: HealthController, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = { status: (code: number) => (response.statusCode = code) };
  try {
    if (request.url === '/metrics') {
      response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8').end(await answers.text());
      return;
    }
    const told = request.url === '/health/live' ? answers.live() : undefined;
    const body = request.url === '/health/ready' ? await answers.ready(reply) : told;
    if (body === undefined) response.statusCode = 404;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body ?? { status: 'not found' }));
  } catch {
    response.statusCode = 500;
    response.end();
  }
}
