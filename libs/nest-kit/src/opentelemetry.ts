import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { type RequestOrigin, spanIdOf, traceIdOf } from './trace-ids.js';
import { type CommandMark, type Note, type PastWork, type SpanFacts, Tracing } from './tracing.js';

/** Longest that a stop waits for a collector that does not answer. */
const LONGEST_FLUSH_MS = 3_000;

/** Draws ids at random, but for the span about to be started, whose ids may be given. */
class GivenIds implements IdGenerator {
  private readonly random = new RandomIdGenerator();
  private given: { readonly trace?: string; readonly span?: string } = {};

  generateTraceId = (): string => this.given.trace ?? this.random.generateTraceId();
  generateSpanId = (): string => this.given.span ?? this.random.generateSpanId();

  /** Spans are started at once, so that no other can come in between. */
  with<T>(ids: { readonly trace?: string; readonly span?: string }, start: () => T): T {
    this.given = ids;
    try {
      return start();
    } finally {
      this.given = {};
    }
  }
}

/** Sends spans by OTLP over HTTP, as the OTEL_* variables say. */
export function openTelemetryTracing(
  service: string,
  processor: SpanProcessor = new BatchSpanProcessor(new OTLPTraceExporter()),
): Tracing {
  const named = resourceFromAttributes({ 'service.name': service });
  const ids = new GivenIds();
  const provider = new BasicTracerProvider({
    idGenerator: ids,
    resource: named.merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [processor],
  });
  return new OpenTelemetryTracing(provider, provider.getTracer('waymark'), ids);
}

interface StartOptions {
  readonly ids?: { readonly trace?: string; readonly span?: string };
  readonly kind?: SpanKind;
  readonly facts: SpanFacts;
  readonly below: Context;
}

class OpenTelemetryTracing extends Tracing {
  private readonly running = new AsyncLocalStorage<Context>();

  constructor(
    private readonly provider: BasicTracerProvider,
    private readonly tracer: Tracer,
    private readonly ids: GivenIds,
  ) {
    super();
  }

  request<T>(
    { correlationId, parent }: RequestOrigin,
    name: string,
    facts: SpanFacts,
    work: (note: Note) => Promise<T>,
  ): Promise<T> {
    const own = traceIdOf(correlationId);
    const below = parent === undefined ? ROOT_CONTEXT : remoteContext(parent);
    const told = { ...facts, 'waymark.correlation.trace': own };
    return this.during(name, { kind: SpanKind.SERVER, facts: told, below, ids: { trace: own } }, work);
  }

  command<T>({ correlationId, commandId }: CommandMark, facts: SpanFacts, work: () => T): T {
    const below = this.running.getStore() ?? ROOT_CONTEXT;
    const ids = { trace: traceIdOf(correlationId), span: spanIdOf(commandId) };
    return this.during('command', { facts, below, ids }, work);
  }

  step<T>(name: string, facts: SpanFacts, work: () => T): T {
    const below = this.running.getStore();
    return below === undefined ? work() : this.during(name, { facts, below }, work);
  }

  past({ name, endedAt, milliseconds, facts, commands = [] }: PastWork): void {
    const links = commands.map(linkTo);
    // As dates: a small number would be taken for time since the start of the process.
    const startTime = new Date(endedAt - milliseconds);
    const options = {
      links,
      startTime,
      kind: commands.length > 0 ? SpanKind.CONSUMER : SpanKind.INTERNAL,
      attributes: attributesOf(facts),
    };
    this.tracer.startSpan(name, options, ROOT_CONTEXT).end(new Date(endedAt));
  }

  async stop(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, LONGEST_FLUSH_MS)));
    await Promise.race([this.provider.shutdown().catch(() => undefined), patience]);
    clearTimeout(timer);
  }

  private during<T>(name: string, { kind, facts, below, ids = {} }: StartOptions, work: (note: Note) => T): T {
    const span = this.ids.with(ids, () =>
      this.tracer.startSpan(name, { kind: kind ?? SpanKind.INTERNAL, attributes: attributesOf(facts) }, below),
    );
    const note: Note = (more) => void span.setAttributes(attributesOf(more));
    const result = attempt(span, () => this.running.run(trace.setSpan(below, span), () => work(note)));
    if (!(result instanceof Promise)) span.end();
    else
      result.then(
        () => span.end(),
        (error: unknown) => endedBy(span, error),
      );
    return result;
  }
}

/** Ends the span when the work throws at once. */
function attempt<T>(span: Span, work: () => T): T {
  try {
    return work();
  } catch (error) {
    endedBy(span, error);
    throw error;
  }
}

function endedBy(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttributes(attributesOf({ 'error.type': error instanceof Error ? error.name : typeof error }));
  span.end();
}

function attributesOf(facts: SpanFacts): Attributes {
  return facts as Attributes;
}

function remoteContext({ traceId, spanId, isSampled }: NonNullable<RequestOrigin['parent']>): Context {
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function linkTo({ correlationId, commandId }: CommandMark): Link {
  const context = { traceId: traceIdOf(correlationId), spanId: spanIdOf(commandId) };
  return { context: { ...context, traceFlags: TraceFlags.SAMPLED, isRemote: true } };
}
