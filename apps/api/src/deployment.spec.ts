import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { projectFile } from './project-file.js';

// No container engine runs these files here: what can be known from reading them is checked, so that they do not rot.
const ROOT = projectFile('package.json').replace(/package\.json$/, '');
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const EXACT = /^[\w./-]+:v?\d+\.\d+(\.\d+)?[\w.-]*$/;
/** Settings that the programs read, besides the standard ones of OpenTelemetry. */
const settings = new Set(
  text('docs/configuration.md')
    .match(/`[A-Z][A-Z_]+`/g)!
    .map((name) => name.slice(1, -1)),
);
const isSetting = (name: string) => settings.has(name) || settings.has(name.replace(/_FILE$/, ''));
const secrets = [...text('infra/docker/make-secrets.mjs').matchAll(/secret\('([\w.-]+)'/g)].map(([, name]) => name!);

describe('docker-compose.yml', () => {
  const compose = parse(text('docker-compose.yml'), { merge: true }) as {
    services: Record<string, any>;
    secrets: Record<string, { file: string }>;
    volumes: Record<string, unknown>;
  };
  const services = Object.entries(compose.services);
  const own = services.filter(([, { image }]) => image.startsWith('waymark:'));
  const named = (list: [string, unknown][]) => list.map(([name]) => name);

  it('has what each profile promises', () => {
    const of = (profile: string) => named(services.filter(([, { profiles }]) => profiles?.includes(profile))).sort();
    expect(of('server')).toEqual(['api', 'ownership', 'postgres', 'projector']);
    expect(of('cluster')).toEqual([
      'certificates',
      'cluster-api',
      'cluster-projector',
      'collector',
      'kurrentdb-1',
      'kurrentdb-2',
      'kurrentdb-3',
      'ownership',
      'postgres',
    ]);
    expect(named(services.filter(([, { profiles }]) => profiles === undefined))).toEqual([]);
    expect([
      compose.services['cluster-api'].deploy.replicas,
      compose.services['cluster-projector'].deploy.replicas,
    ]).toEqual([2, 2]);
  });

  it('knows no service by a word that compose does not have', () => {
    const known =
      /^(build|cap_add|cap_drop|command|depends_on|deploy|entrypoint|env_file|environment|healthcheck|image|logging|network_mode|ports|profiles|read_only|restart|secrets|security_opt|stop_grace_period|tmpfs|user|volumes)$/;
    for (const [name, service] of services) {
      expect([name, Object.keys(service).filter((key) => !known.test(key))]).toEqual([name, []]);
    }
  });

  it('pins every image', () => {
    expect(services.map(([, { image }]) => image).filter((image) => !EXACT.test(image))).toEqual([]);
  });

  it('runs our programs as nobody in particular, with nothing to write to but memory', () => {
    expect(own).toHaveLength(4);
    for (const [name, { user, read_only, cap_drop, security_opt, tmpfs }] of own) {
      expect([name, user]).toEqual([name, '${WAYMARK_UID:-1000}:${WAYMARK_GID:-1000}']);
      expect([name, read_only, cap_drop, security_opt]).toEqual([name, true, ['ALL'], ['no-new-privileges:true']]);
      expect(tmpfs.map((mount: string) => mount.split(':')[0])).toEqual(['/tmp', '/data']);
    }
  });

  it('starts nodes of KurrentDB again whatever their exit code says', () => {
    for (const node of [1, 2, 3]) {
      const { restart, healthcheck, volumes } = compose.services[`kurrentdb-${node}`];
      expect([restart, healthcheck !== undefined, volumes[0]]).toEqual([
        'always',
        true,
        `kurrentdb-${node}:/var/lib/kurrentdb`,
      ]);
    }
  });

  it('names settings, secrets, volumes and services that there are', () => {
    for (const [, { environment = {} }] of own) {
      const names = Object.keys(environment).filter((name) => !name.startsWith('OTEL_'));
      expect(names.filter((name) => !isSetting(name))).toEqual([]);
    }
    for (const { file } of Object.values(compose.secrets)) expect(secrets).toContain(basename(file));
    for (const [name, service] of services) {
      expect([name, (service.secrets ?? []).filter((secret: string) => !compose.secrets[secret])]).toEqual([name, []]);
      const sources = (service.volumes ?? []).map((volume: string) => volume.split(':')[0]!);
      const lacking = sources.filter((from: string) =>
        from.startsWith('./') ? !existsSync(join(ROOT, from)) : !(from in compose.volumes),
      );
      expect([name, lacking]).toEqual([name, []]);
      for (const other of Object.keys(service.depends_on ?? {})) {
        const missing = service.profiles.filter(
          (profile: string) => !compose.services[other]?.profiles.includes(profile),
        );
        expect([name, other, missing]).toEqual([name, other, []]);
      }
    }
    for (const [, { environment, secrets: given }] of own) {
      const files = Object.values(environment as Record<string, string>).filter((value) =>
        value.startsWith('/run/secrets/'),
      );
      expect(files.map((file) => basename(file)).sort()).toEqual([...given].sort());
    }
  });

  it('keeps no secret in itself', () => {
    expect(text('docker-compose.yml')).not.toMatch(/password[^-_\n]*[:=]\s*['"]?\w{6}|postgres:\/\/|kurrentdb:\/\//i);
    expect(text('.gitignore')).toMatch(/^secrets\/$/m);
    expect(text('.dockerignore')).not.toMatch(/^!(secrets|data)/m);
  });
});

describe('infra/docker/Dockerfile', () => {
  const dockerfile = text('infra/docker/Dockerfile').replace(/\\\n\s*/g, ' ');
  const lines = dockerfile.split('\n').filter((line) => /^[A-Z]+ /.test(line));
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));

  it('starts from pinned images, and ends as an account without rights and without development packages', () => {
    const bases = lines.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1]!);
    expect(bases.filter((image) => !EXACT.test(image))).toEqual([]);
    expect(last.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    expect(dockerfile).toContain('npm ci --omit=dev');
    expect(last.find((line) => line.includes('node_modules'))).toContain('--from=packages');
    expect(last.some((line) => line.startsWith('HEALTHCHECK '))).toBe(true);
  });

  it('copies what there is, and .dockerignore lets it through', () => {
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
      .flatMap((line) => line.split(' ').slice(1, -1));
    const let_through = text('.dockerignore')
      .match(/^!.+$/gm)!
      .map((line) => line.slice(1));
    for (const file of copied.filter((path) => path !== '.')) {
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
      expect(let_through).toContain(file.split('/')[0]);
    }
    expect(let_through.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

describe('infra/k8s', () => {
  const folder = join(ROOT, 'infra', 'k8s');
  const kustomization = parse(text('infra/k8s/kustomization.yaml')) as {
    resources: string[];
    configMapGenerator: any[];
  };
  const files = kustomization.resources.filter((file) => file.endsWith('.yaml'));
  const all = files.flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((one) => one.toJS() as any),
  );
  const workloads = all.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  const generated = ['../otel', '../postgres', '.'].flatMap((at) =>
    parse(readFileSync(join(folder, at, 'kustomization.yaml'), 'utf8')).configMapGenerator.map((map: any) => ({
      at,
      ...map,
    })),
  );

  it('lists every manifest, and every file of a config map is there', () => {
    const manifests = readdirSync(folder).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml');
    expect([...files].sort()).toEqual(manifests.sort());
    for (const { at, files: held = [], envs = [] } of generated) {
      for (const file of [...held, ...envs]) expect(existsSync(join(folder, at, file.replace(/^.*=/, '')))).toBe(true);
    }
  });

  it.each(workloads.map((workload) => [workload.metadata.name, workload]))(
    '%s runs without rights, probed, bounded and guarded',
    (name, workload) => {
      const { spec } = workload.spec.template;
      expect(workload.spec.selector.matchLabels).toEqual(workload.spec.template.metadata.labels);
      expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(spec.automountServiceAccountToken).toBe(false);
      for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.image === 'waymark' || EXACT.test(container.image)).toBe(true);
        expect(container.resources.limits.memory).toBeDefined();
        const mounts = (container.volumeMounts ?? []).map((mount: any) => mount.name);
        const volumes = [
          ...(spec.volumes ?? []),
          ...(workload.spec.volumeClaimTemplates ?? []).map((claim: any) => claim.metadata),
        ];
        expect(mounts.filter((mount: string) => !volumes.some((volume: any) => volume.name === mount))).toEqual([]);
      }
      for (const container of spec.containers) {
        expect([container.livenessProbe, container.readinessProbe].includes(undefined)).toBe(false);
      }
      const guards = all
        .filter(({ kind }) => kind === 'PodDisruptionBudget')
        .map(({ spec: { selector } }) => selector.matchLabels.app);
      const policies = all
        .filter(({ kind }) => kind === 'NetworkPolicy')
        .map(({ spec: { podSelector } }) => podSelector.matchLabels?.app);
      expect([guards.includes(name), policies.includes(name), policies.includes(undefined)]).toEqual([
        true,
        true,
        true,
      ]);
    },
  );

  it('names config maps that are made, secrets that the runbook makes, and settings that the programs read', () => {
    const runbook = text('docs/runbooks/deploy.md');
    const made = new Set(generated.map(({ name }) => name));
    for (const { spec } of workloads.map((workload) => workload.spec.template)) {
      for (const { configMap, secret } of spec.volumes ?? []) {
        if (configMap !== undefined && !made.has(configMap.name))
          expect(runbook).toContain(`configmap ${configMap.name} `);
        if (secret !== undefined) expect(runbook).toMatch(new RegExp(`secret (generic|tls) ${secret.secretName} `));
        for (const { key } of secret?.items ?? []) expect(secrets).toContain(key);
      }
      for (const { image, env = [] } of spec.containers.filter((container: any) => container.image === 'waymark')) {
        expect([image, env.map((one: any) => one.name).filter((one: string) => !isSetting(one))]).toEqual([image, []]);
      }
    }
  });

  it('has three nodes of KurrentDB that are always started again', () => {
    const { spec } = workloads.find(({ metadata }) => metadata.name === 'kurrentdb')!;
    expect([spec.replicas, spec.template.spec.restartPolicy, spec.podManagementPolicy]).toEqual([
      3,
      'Always',
      'Parallel',
    ]);
  });
});
