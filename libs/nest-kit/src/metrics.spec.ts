import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricDefinitions, metricReference } from './metric-reference.js';
import { Metrics } from './metrics.js';
import { measureProjections } from './projection-metrics.js';

const ROOT = join(__dirname, '..', '..', '..');

describe('metrics', () => {
  const metrics = new Metrics();
  afterAll(() => metrics.onModuleDestroy());
  const valueOf = async (line: string) =>
    Number(
      (await metrics.text())
        .split('\n')
        .find((text) => text.startsWith(`${line} `))
        ?.split(' ')[1],
    );

  it('are named as Prometheus has it: counters end in _total, and nothing else does', () => {
    const all = metricDefinitions(metrics);
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter(({ name }) => !/^waymark_[a-z0-9_]+$/.test(name))).toEqual([]);
    expect(all.filter(({ name, type }) => name.endsWith('_total') !== (type === 'counter'))).toEqual([]);
  });

  it('stand in docs/metrics.md as they are (npm run generate)', () => {
    const file = join(ROOT, 'docs', 'metrics.md');
    if (process.env['UPDATE_GENERATED'] === '1') writeFileSync(file, metricReference(metrics));
    expect(readFileSync(file, 'utf8')).toBe(metricReference(metrics));
  });

  describe('of projections', () => {
    const recordedAt = '2026-03-01T10:00:00.000Z';
    const status = { projections: [{ name: 'facts', lag: 3, checkpoint: 7, state: 'RUNNING' }] } as any;
    let isStandingBy = false;
    const asked: number[] = [];
    let isDown = false;
    const store = {
      readAll: async ({ after }: { after: number }) => {
        asked.push(after);
        if (isDown) throw new Error('down');
        return [{ metadata: { recordedAt } }] as any;
      },
    };
    let told: ((progress: any) => void) | undefined;
    beforeAll(() =>
      measureProjections(
        metrics,
        { status: () => (isStandingBy ? undefined : status), onProgress: (listener) => (told = listener) },
        store,
        () => Date.parse(recordedAt) + 2_500,
      ),
    );

    it('say how old the oldest event is that they do not show', async () => {
      expect(await valueOf('waymark_projection_lag_events{projection="facts"}')).toBe(3);
      expect(await valueOf('waymark_projection_lag_seconds{projection="facts"}')).toBe(2.5);
      expect(new Set(asked)).toEqual(new Set([7]));
    });

    it('are shown while the record cannot be read', async () => {
      isDown = true;
      expect(await valueOf('waymark_projection_lag_events{projection="facts"}')).toBe(3);
      isDown = false;
    });

    it('read nothing of the record when nothing is behind', async () => {
      const before = asked.length;
      status.projections[0].lag = 0;
      expect(await valueOf('waymark_projection_lag_seconds{projection="facts"}')).toBe(0);
      expect(asked).toHaveLength(before);
    });

    it('say that one stopped, how far a rebuild is, and who holds the lease', async () => {
      status.projections[0].state = 'STOPPED';
      told!({ kind: 'REBUILD', done: 25, total: 100, eventsPerSecond: 10, etaSeconds: 8, projections: [] });
      metrics.projectionLease(true, 4);
      expect(await valueOf('waymark_projection_stopped{projection="facts"}')).toBe(1);
      expect(await valueOf('waymark_projection_run_ratio{kind="REBUILD"}')).toBe(0.25);
      expect(await valueOf('waymark_projection_run_eta_seconds{kind="REBUILD"}')).toBe(8);
      expect(await valueOf('waymark_projection_lease_held')).toBe(1);
      expect(await valueOf('waymark_projection_lease_epoch')).toBe(4);
      told!({ kind: 'REBUILD', done: 100, total: 100, eventsPerSecond: 10, etaSeconds: 3, projections: [] });
      metrics.projectionLease(false);
      expect(await valueOf('waymark_projection_run_ratio{kind="REBUILD"}')).toBe(1);
      expect(await valueOf('waymark_projection_run_eta_seconds{kind="REBUILD"}')).toBe(0);
      expect(await valueOf('waymark_projection_lease_held')).toBe(0);
    });

    it('are not shown as they were once another process runs them', async () => {
      expect(await metrics.text()).toContain('waymark_projection_stopped{');
      isStandingBy = true;
      expect(await metrics.text()).not.toMatch(/waymark_projection_(stopped|lag_events|lag_seconds)\{/);
    });
  });

  describe('and the dashboard', () => {
    const dashboard = JSON.parse(readFileSync(join(ROOT, 'infra', 'otel', 'grafana-dashboard.json'), 'utf8')) as {
      panels: { title: string; targets?: { expr: string }[] }[];
    };
    const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const byName = new Map(metricDefinitions(metrics).map((metric) => [metric.name, metric]));
    const seriesOf = (name: string) => {
      const { type } = byName.get(name)!;
      return type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name];
    };
    const series = new Map([...byName.keys()].flatMap((name) => seriesOf(name).map((of) => [of, name] as const)));
    const namesIn = (query: string) => query.match(/waymark_[a-z0-9_]+/g) ?? [];

    it('ask for nothing that is not there', () => {
      expect(queries.length).toBeGreaterThan(10);
      expect(queries.flatMap(namesIn).filter((name) => !series.has(name))).toEqual([]);
      expect(queries.filter((query) => namesIn(query).length === 0)).toEqual([]);
    });

    it('split by no label that the metric does not have', () => {
      const given = ['le', 'instance', 'job'];
      for (const query of queries) {
        const labels = namesIn(query).flatMap((name) => byName.get(series.get(name)!)!.labels);
        const split = [...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(/,\s*/));
        const matched = [...query.matchAll(/[{,]\s*([a-z_]+)\s*=/g)].map(([, label]) => label!);
        expect([query, [...split, ...matched].filter((label) => ![...labels, ...given].includes(label))]).toEqual([
          query,
          [],
        ]);
      }
    });

    it('leave no metric out', () => {
      const shown = new Set(queries.flatMap(namesIn).map((name) => series.get(name)));
      expect([...byName.keys()].filter((name) => !shown.has(name))).toEqual([]);
    });
  });
});
