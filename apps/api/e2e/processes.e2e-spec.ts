import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as passing } from 'node:timers/promises';
import { testPostgres } from '@waymark/event-store/testing';
import { until } from '@waymark/kernel/testing';
import { Client } from 'pg';
import { Program, type StartOptions } from './program.js';
import { emptyFolder, removeFolder } from './started-folder.js';
import { LOCAL_ISSUER } from './tokens.js';

const REGISTER = `mutation ($input: RegisterPersonInput!) {
  registerPerson(input: $input) { receipt { position replayed } entity { id contact { name } } userErrors { code message } }
}`;
const NAMES = '{ persons(first: 100) { nodes { contact { name } } } }';
const REBUILD = `mutation ($input: RebuildTablesInput!) {
  rebuildTables(input: $input) { entity { tables { name state } } userErrors { code message } }
}`;

const REGISTER_ORGANISATION = `mutation ($input: RegisterOrganisationInput!) {
  registerOrganisation(input: $input) { entity { code } userErrors { code } }
}`;
const LINK = `mutation ($input: LinkAccountInput!) { linkAccount(input: $input) { userErrors { code } } }`;
const GRANT = `mutation ($input: GrantRoleInput!) {
  grantRole(input: $input) { receipt { position } entity { grants { id } } userErrors { code } }
}`;
const END = `mutation ($input: EndGrantInput!) {
  endGrant(input: $input) { receipt { position } entity { id } userErrors { code } }
}`;

interface Registered {
  readonly registerPerson: {
    readonly receipt: { readonly position: string; readonly replayed: boolean };
    readonly entity: { readonly id: string; readonly contact: { readonly name: string } };
    readonly userErrors: readonly { readonly code: string }[];
  };
}
interface Names {
  readonly persons: { readonly nodes: readonly { readonly contact: { readonly name: string } | null }[] };
}

describe('two apis and two projectors on one record', () => {
  const events = testPostgres();
  const keys = testPostgres();
  const folders: string[] = [];
  const programs = new Set<Program>();
  let apis: [Program, Program];
  let projectors: Program[];
  let entered = 0;

  const env = (): NonNullable<StartOptions['env']> => ({
    ...{ EVENT_STORE_URL: events.url, READ_STORE_URL: events.url, KEYS_URL: keys.url },
    ...{ MASTER_KEY_FILE: join(folders[0]!, 'master.key'), PROJECTIONS: 'elsewhere' },
    ...{ PROJECTOR_PORT: '0', SHUTDOWN_GRACE: '2' },
  });
  const running = (program: Program) => {
    programs.add(program);
    return program;
  };
  const startProjector = async () => running(await Program.startProjector(folders[0]!, { env: env() }));
  const startApi = async (folder: string) => {
    const api = running(await Program.start(folder, { env: env() }));
    await until(() => isReady(api));
    return api;
  };
  const ended = async (program: Program, how: 'stop' | 'kill' | 'terminate') => {
    programs.delete(program);
    return program[how]();
  };
  const register = async (api: Program, name = `Person ${(entered += 1)}`) => {
    const input = { idempotencyKey: `register-${name}`, name, email: 'p@sample.example' };
    const { data, text } = await api.post<Registered>('adam', REGISTER, { input });
    if ((data?.registerPerson.receipt ?? null) === null) throw new Error(text);
    return { name, ...data.registerPerson };
  };
  const names = async (api: Program, atLeast?: string) => {
    const authorization = `Bearer ${await api.token('adam')}`;
    const wish = atLeast === undefined ? {} : { 'x-waymark-at-least': atLeast };
    const { data } = await api.send<Names>(JSON.stringify({ query: NAMES }), { authorization, ...wish });
    return data.persons.nodes.map(({ contact }) => contact?.name);
  };
  const sql = async <R>(text: string): Promise<R[]> => {
    const client = new Client(events.url);
    await client.connect();
    const { rows } = await client.query(text);
    await client.end();
    return rows as R[];
  };
  const epoch = async () =>
    Number((await sql<{ epoch: string }>('SELECT epoch FROM waymark_read.projector_lease'))[0]?.epoch);
  const holder = async () => {
    const [lease] = await sql<{ holder: string }>('SELECT holder FROM waymark_read.projector_lease');
    return projectors.find(({ pid }) => lease?.holder.endsWith(` ${pid}`))!;
  };

  beforeAll(async () => {
    for (let index = 0; index < 2; index += 1) {
      const folder = emptyFolder();
      mkdirSync(join(folder, 'keys'), { mode: 0o700 });
      writeFileSync(join(folder, 'sample.json'), '{"state":"LOADED"}');
      folders.push(folder);
    }
    projectors = [await startProjector(), await startProjector()];
    const first = await startApi(folders[0]!);
    cpSync(join(folders[0]!, 'keys', 'local-issuer.key'), join(folders[1]!, 'keys', 'local-issuer.key'));
    apis = [first, await startApi(folders[1]!)];
  }, 120_000);
  afterAll(async () => {
    for (const program of programs) await program.kill();
    folders.forEach(removeFolder);
  });

  it('show on one what was entered on the other, sealed and opened under one key', async () => {
    const { receipt, name, entity } = await register(apis[0]);
    expect(entity.contact.name).toBe(name);
    expect(await names(apis[1], receipt.position)).toContain(name);
    const again = await register(apis[1], name);
    expect(again.receipt).toEqual({ ...receipt, replayed: true });
  });

  it('let a code be taken once, when both are asked for it at the same moment', async () => {
    const enter = async (api: Program, value: string, taken: string) => {
      const identifiers = [
        { scheme: 'LOCAL', value },
        { scheme: 'LEAID', value: taken },
      ];
      const input = { idempotencyKey: `enter-${value}`, state: 'ZZ', kind: 'SERVICE_AGENCY', name: value, identifiers };
      const { data, text } = await api.post<any>('adam', REGISTER_ORGANISATION, { input });
      if (data?.registerOrganisation == null) throw new Error(text);
      return data.registerOrganisation.userErrors.map(({ code }: { code: string }) => code) as string[];
    };
    for (let round = 0; round < 6; round += 1) {
      const taken = String(9_100_000 + round);
      const outcomes = await Promise.all(apis.map((api, n) => enter(api, `T-${round}-${n}`, taken)));
      expect([round, outcomes.flat()]).toEqual([round, ['CODE_TAKEN']]);
    }
  });

  it('R-07 take no entry on one api by a right that ended on the other, from its answer on', async () => {
    const [one, other] = apis;
    for (let round = 0; round < 3; round += 1) {
      const subject = `visitor-${round}`;
      const { id: person } = (await register(one)).entity;
      const run = async (document: string, name: string, input: object) => {
        const { data, text } = await one.post<any>('adam', document, {
          input: { idempotencyKey: `${name}-${subject}`, person, ...input },
        });
        if (data?.[name] == null || data[name].userErrors.length > 0) throw new Error(text);
        return data[name];
      };
      const asked = async (atLeast?: string) => {
        const input = { idempotencyKey: `entry-${subject}-${atLeast}`, name: 'Somebody', email: 'p@sample.example' };
        const authorization = `Bearer ${await other.token(subject)}`;
        const header = atLeast === undefined ? {} : { 'x-waymark-at-least': atLeast };
        const body = JSON.stringify({ query: REGISTER, variables: { input } });
        const { errors } = await other.send<Registered>(body, { authorization, ...header });
        return errors?.map(({ extensions }) => extensions.code) ?? [];
      };
      await run(LINK, 'linkAccount', { issuer: LOCAL_ISSUER, subject });
      const granted = await run(GRANT, 'grantRole', { role: 'ADMIN' });
      expect(await asked(granted.receipt.position)).toEqual([]);
      const ended = await run(END, 'endGrant', { grant: granted.entity.grants[0].id, reason: 'The visit is over.' });
      // The tables that both read showed the end before the answer said so; with the position it is awaited if need be.
      expect(ended.entity).not.toBeNull();
      expect(await asked()).toEqual(['FORBIDDEN']);
      expect(await asked(ended.receipt.position)).toEqual(['FORBIDDEN']);
    }
  });

  it('rebuild through any api', async () => {
    const input = { idempotencyKey: 'rebuild-on-two', projections: ['persons'] };
    const { data, errors } = await apis[1].post<{ rebuildTables: { userErrors: object[] } }>('adam', REBUILD, {
      input,
    });
    expect(errors ?? data.rebuildTables.userErrors).toEqual([]);
  });

  it('go on within seconds when the projector that holds the lease is killed', async () => {
    const [before, killed] = [await epoch(), await holder()];
    await ended(killed, 'kill');
    const began = performance.now();
    await until(async () => (await epoch()) > before);
    await until(() => register(apis[0]).then(Boolean, () => false));
    const taken = performance.now() - began;
    process.stderr.write(`taken over ${Math.round(taken)} ms after kill -9\n`);
    expect(taken).toBeLessThan(15_000);
    projectors = [...projectors.filter((one) => one !== killed), await startProjector()];
  });

  it('leave a projector that was stopped for longer than the lease nothing to write', async () => {
    const [before, paused] = [await epoch(), await holder()];
    paused.signal('SIGSTOP');
    const began = performance.now();
    await until(async () => (await epoch()) > before);
    process.stderr.write(`taken over ${Math.round(performance.now() - began)} ms after SIGSTOP\n`);
    const { receipt, name } = await register(apis[0]);
    const checkpoints = 'SELECT name, checkpoint FROM waymark_read.projection_state ORDER BY name';
    const standing = await sql(checkpoints);
    paused.signal('SIGCONT');
    await until(() => isReady(paused));
    expect(await epoch()).toBe(before + 1);
    expect(await sql(checkpoints)).toEqual(standing);
    expect(await names(apis[1], receipt.position)).toContain(name);
    expect((await names(apis[1])).filter((one) => one === name)).toHaveLength(1);
  });

  it('are restarted one after the other under load without a failed request', async () => {
    let isLoaded = true;
    let answered = 0;
    const failures: string[] = [];
    const pool = [...apis];
    const ready = new Set<Program>(pool);
    // What a balancer does: asks each for its readiness, several times a second, and sends requests to those that said yes last.
    const watch = async () => {
      while (isLoaded) {
        for (const api of pool)
          if (await isReady(api)) ready.add(api);
          else ready.delete(api);
        await passing(100);
      }
    };
    const load = async (worker: number) => {
      for (let turn = worker; isLoaded; turn += 1) {
        const choice = [...ready];
        const api = choice[turn % choice.length]!;
        await register(api).then(
          () => (answered += 1),
          (error: Error) => failures.push(error.message),
        );
      }
    };
    const done = Promise.all([watch(), load(0), load(1), load(2)]);
    for (const index of [0, 1]) {
      const old = pool[index]!;
      const end = await ended(old, 'terminate');
      expect(end.code).toBe(0);
      ready.delete(old);
      pool[index] = await startApi(old.folder);
      ready.add(pool[index]);
    }
    isLoaded = false;
    await done;
    apis = [pool[0]!, pool[1]!];
    process.stderr.write(`${answered} requests over two restarts\n`);
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(10);
  }, 90_000);

  it('refuse an api that keeps keys or tables for itself', async () => {
    const folder = emptyFolder();
    folders.push(folder);
    const { code, stderr } = await Program.startInVain(folder, { env: { EVENT_STORE_URL: events.url } });
    expect(code).toBe(3);
    expect(stderr).toContain('Another api uses the record of EVENT_STORE_URL.');
  });
});

async function isReady(program: Program): Promise<boolean> {
  return program.get('/health/ready').then(
    ({ ok }) => ok,
    () => false,
  );
}
