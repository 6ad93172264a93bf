import type { Metrics } from './metrics.js';

/** A metric as it is registered. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

/** Every metric that `/metrics` may show, in the order of their names. */
export function metricDefinitions({ registry }: Metrics): MetricDefinition[] {
  return registry
    .getMetricsAsArray()
    .map((metric) => {
      const { labelNames: labels = [] } = metric as unknown as { labelNames?: string[] };
      // The types of the package say a number where the registry holds a word.
      return { name: metric.name, type: String(metric.type), labels, help: metric.help };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `docs/metrics.md`: every metric with what it means. */
export function metricReference(metrics: Metrics): string {
  const rows = metricDefinitions(metrics).map(
    ({ name, type, labels, help }) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
  );
  return `${[
    '# Metrics',
    '',
    'Generated from the registry of `libs/nest-kit/src/metrics.ts`; do not edit. An api shows them under `/metrics` of its port, a projector under that of',
    '`PROJECTOR_PORT`, in the text format of Prometheus. They hold no personal data and nothing that people entered. A metric with labels shows once',
    'there is something to count. Grafana dashboard, collector: [`infra/otel`](../infra/otel).',
    '',
    '| Metric | Type | Labels | Meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    'Traces are described in [ADR 0016](adr/0016-traces.md).',
  ].join('\n')}\n`;
}
