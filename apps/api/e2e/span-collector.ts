import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as passing } from 'node:timers/promises';

/** A span as it went over the wire. */
export interface CollectedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly facts: Readonly<Record<string, string | number | readonly string[]>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** Anything told beside facts and links. */
  readonly events: readonly unknown[];
}

type WireValue = { stringValue?: string; intValue?: string | number; arrayValue?: { values: WireValue[] } };
type WireAttributes = readonly { readonly key: string; readonly value: WireValue }[];

/** Takes OTLP over HTTP as a collector does, and keeps all it gets. */
export class SpanCollector {
  readonly spans: CollectedSpan[] = [];
  /** Every body as it came. */
  readonly bodies: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<SpanCollector> {
    const server = createServer();
    const collector = new SpanCollector(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        collector.take(Buffer.concat(chunks).toString('utf8'));
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The spans once there is what is looked for; throws after ten seconds. */
  async until(isThere: (spans: readonly CollectedSpan[]) => boolean): Promise<readonly CollectedSpan[]> {
    for (let tries = 0; tries < 200; tries += 1) {
      if (isThere(this.spans)) return this.spans;
      await passing(50);
    }
    throw new Error(`not among ${this.spans.length} spans: ${[...new Set(this.spans.map(({ name }) => name))].join()}`);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private take(body: string): void {
    this.bodies.push(body);
    for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
      const service = String(factsOf(resource.attributes)['service.name']);
      for (const { spans } of scopeSpans) {
        for (const span of spans) {
          const { traceId, spanId, parentSpanId, name, attributes = [], links = [], events = [] } = span;
          const facts = factsOf(attributes);
          this.spans.push({ ...{ service, traceId, spanId, parentSpanId, name, facts, links, events } });
        }
      }
    }
  }
}

function factsOf(attributes: WireAttributes): CollectedSpan['facts'] {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf({ stringValue, intValue, arrayValue }: WireValue): string | number | string[] {
  if (arrayValue !== undefined) return arrayValue.values.map((value) => String(valueOf(value)));
  return stringValue ?? Number(intValue);
}
