import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { openTelemetryTracing } from './opentelemetry.js';
import { isTracingWanted, startTracing } from './start-tracing.js';
import { readTraceparent, spanIdOf, traceIdOf } from './trace-ids.js';
import { noTracing } from './tracing.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

describe('traceparent', () => {
  it('names the span of the caller', () => {
    expect(readTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true });
    expect(readTraceparent(`00-${TRACE}-${SPAN}-00`)?.isSampled).toBe(false);
    expect(readTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes-later`)?.traceId).toBe(TRACE);
  });

  it.each([
    undefined,
    '',
    'x',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
  ])('says nothing as %p', (header) => expect(readTraceparent(header)).toBeUndefined());

  it('is the trace of its own id, and any other correlation id is digested', () => {
    expect(traceIdOf(TRACE)).toBe(TRACE);
    expect(traceIdOf('ada.lovelace')).toMatch(/^[0-9a-f]{32}$/);
    expect(traceIdOf('ada.lovelace')).not.toBe(traceIdOf('ada.lovelacf'));
    expect(traceIdOf('0'.repeat(32))).not.toBe('0'.repeat(32));
  });
});

describe('whether anything is traced', () => {
  it.each([
    [{}, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
    [ENDPOINT, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' }, true],
    [{ ...ENDPOINT, OTEL_SDK_DISABLED: 'true' }, false],
    [{ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, false],
  ])('%p: %p', (environment, wanted) => expect(isTracingWanted(environment)).toBe(wanted));

  it('is nothing without an endpoint, and work is done all the same', async () => {
    expect(await startTracing('waymark-api', {})).toBe(noTracing);
    expect(noTracing.step('load', {}, () => 7)).toBe(7);
    expect(await noTracing.request({ correlationId: 'c' }, 'r', {}, async () => 8)).toBe(8);
  });
});

describe('spans', () => {
  const exporter = new InMemorySpanExporter();
  const tracing = openTelemetryTracing('waymark-test', new SimpleSpanProcessor(exporter));
  afterEach(() => exporter.reset());
  afterAll(() => tracing.stop());
  const spans = () =>
    Object.fromEntries(
      exporter.getFinishedSpans().map((span) => {
        const { traceId, spanId } = span.spanContext();
        return [span.name, { traceId, spanId, parent: span.parentSpanContext?.spanId, span }];
      }),
    );

  it('lie in the trace of the correlation id; a command has the id that every process derives', async () => {
    await tracing.request({ correlationId: 'c-1' }, 'mutation x', {}, () =>
      tracing.command({ correlationId: 'c-1', commandId: 'k-1' }, {}, async () => {
        await Promise.resolve();
        await tracing.step('append', {}, () => Promise.resolve());
      }),
    );
    const { 'mutation x': request, command, append } = spans();
    expect([request!.traceId, command!.traceId, append!.traceId]).toEqual(Array(3).fill(traceIdOf('c-1')));
    expect(request!.parent).toBeUndefined();
    expect([command!.parent, command!.spanId, append!.parent]).toEqual([
      request!.spanId,
      spanIdOf('k-1'),
      spanIdOf('k-1'),
    ]);
  });

  it('go on in the trace of a caller that sent one, and name the one of the correlation id', async () => {
    const parent = { traceId: TRACE, spanId: SPAN, isSampled: true };
    await tracing.request({ correlationId: 'c-2', parent }, 'mutation y', {}, async () => undefined);
    const { 'mutation y': request } = spans();
    expect([request!.traceId, request!.parent]).toEqual([TRACE, SPAN]);
    expect(request!.span.attributes['waymark.correlation.trace']).toBe(traceIdOf('c-2'));
  });

  it('are left out when the caller samples its trace out', async () => {
    const parent = { traceId: TRACE, spanId: SPAN, isSampled: false };
    await tracing.request({ correlationId: 'c-3', parent }, 'mutation z', {}, async () => undefined);
    expect(spans()).toEqual({});
  });

  it('of work that is done point to the command, though it ran elsewhere', () => {
    const commands = [{ correlationId: 'c-4', commandId: 'k-4' }];
    tracing.past({ name: 'project', endedAt: 2_000, milliseconds: 500, facts: { 'waymark.events': 3 }, commands });
    const { span } = spans()['project']!;
    expect(span.links.map(({ context }) => [context.traceId, context.spanId])).toEqual([
      [traceIdOf('c-4'), spanIdOf('k-4')],
    ]);
    expect(span.startTime).toEqual([1, 500_000_000]);
    expect(span.endTime).toEqual([2, 0]);
  });

  it('of work that fails say the class of the error and nothing of its message', async () => {
    const failing = () => Promise.reject(new TypeError('Ada Lovelace is not a number'));
    await expect(tracing.request({ correlationId: 'c-5' }, 'r', {}, failing)).rejects.toThrow(TypeError);
    const throwing = () =>
      tracing.step('decide', {}, () => {
        throw new RangeError('Ada Lovelace');
      });
    await expect(tracing.request({ correlationId: 'c-6' }, 's', {}, async () => throwing())).rejects.toThrow(
      RangeError,
    );
    for (const { span } of Object.values(spans())) {
      expect(span.status).toEqual({ code: 2 });
      expect(String(span.attributes['error.type'])).toMatch(/^(TypeError|RangeError)$/);
      expect(span.events).toEqual([]);
    }
    expect(Object.keys(spans()).sort()).toEqual(['decide', 'r', 's']);
  });
});
