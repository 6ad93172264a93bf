import { noTracing, type Tracing } from './tracing.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the standard variables ask for traces. */
export function isTracingWanted(environment: Environment): boolean {
  const endpoint = environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || environment['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const isOff =
    /^true$/i.test(environment['OTEL_SDK_DISABLED'] ?? '') || environment['OTEL_TRACES_EXPORTER'] === 'none';
  return !!endpoint && !isOff;
}

/**
 * Traces of this process or thread, under this service name unless OTEL_SERVICE_NAME gives another. The packages are loaded only
 * when an endpoint is set.
 */
export async function startTracing(service: string, environment: Environment = process.env): Promise<Tracing> {
  if (!isTracingWanted(environment)) return noTracing;
  const { openTelemetryTracing } = await import('./opentelemetry.js');
  return openTelemetryTracing(service);
}
