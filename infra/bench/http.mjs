// Questions and mutations over HTTP, at 1 and 50 clients: the program, the bare handler of the same driver (by graphql-js and compiled) and
// mercurius. Every server is a process of its own and stays up; slices are taken in turn, so that a change of the machine hits all alike.
import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mintToken } from '../../dist/libs/identity/src/index.js';
import { figure, median, table } from './measure.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const schoolYear = '2026-27';

const PAGE = `query Page { organisations(state: "MI", kind: DISTRICT, first: 50) { nodes { id code name kind label state city timeZone isSample
  gradeLevels postalCode } pageInfo { hasNextPage endCursor } } }`;
const ASK = `query Ask { ask(question: "silent-districts", agency: "MI-41", inputs: [{ name: "schoolYear", value: "${schoolYear}" }]) { question version
  figures { label value state unit } items { nodes { kind label fields { name label value } } pageInfo { hasNextPage endCursor } } } }`;
const REQUEST = `mutation Request($input: RequestSupportInput!) { requestSupport(input: $input) { entity { id schoolYear requests { focusArea
  supportType amount } } receipt { position eventIds recordedAt replayed } userErrors { code message } } }`;

export async function http({ folder, rounds, quick, progress }) {
  if (!existsSync(here('node_modules'))) throw new Error('npm ci --prefix infra/bench');
  const home = mkdtempSync(join(folder, 'http-'));
  const children = new Children();
  try {
    const load = await children.client();
    const program = await children.program({ DATA_DIR: home });
    const token = await mintToken(home, 'kent');
    const { mutation, ...asked } = await bodies(program, token);
    const [kept, ...sent] = mutation;
    const answers = join(home, 'answers.json');
    writeFileSync(answers, JSON.stringify(await recordedAnswers(program, token, { ...asked, mutation: [kept] })));
    const requests = { ...asked, mutation: sent };
    const servers = [
      { name: 'Waymark', port: program, token },
      { name: 'bare, graphql-js', port: await children.server('bare-server.mjs', ['plain', answers]) },
      { name: 'bare, compiled', port: await children.server('bare-server.mjs', ['compiled', answers]) },
      { name: 'mercurius, JIT', port: await children.server('mercurius-server.mjs', [answers]) },
    ];
    return await measured({ servers, requests, load, rounds, milliseconds: quick ? 500 : 1_500, progress });
  } finally {
    await children.end();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Client and servers, each a process of its own. */
export class Children {
  #all = [];

  /** Answers how to let the client put a load on a port. */
  async client() {
    const child = this.#start('load-process.mjs', [], {});
    return async (task) => {
      child.send(task);
      const { result, error } = await said(child);
      if (error !== undefined) throw new Error(error);
      return result;
    };
  }

  /** Starts the program, as it is built, and answers its port. */
  program(settings) {
    return this.server('../../dist/run/apps/api/src/main.js', [], { PORT: '0', LOG_LEVEL: 'error', EXPLORER: 'off', ...settings });
  }

  /** Starts a server and answers its port. */
  async server(script, args, env = {}) {
    const { listening } = await said(this.#start(script, args, env));
    return Number(new URL(listening).port);
  }

  async end() {
    for (const child of this.#all.reverse()) await ended(child);
  }

  #start(script, args, env) {
    const child = fork(here(script), args, { env: { ...process.env, NODE_ENV: 'test', ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#all.push(child);
    return child;
  }
}

/** What is sent to the program, by kind: requests for pages, questions and mutations. */
export async function bodies(port, token) {
  const query = `query Districts { organisations(agency: "MI-41", kind: DISTRICT, first: 100) { nodes { code } } }`;
  const { organisations } = await ask(port, token, { query });
  const source = { kind: 'SURVEY', on: '2026-09-15', reference: 'autumn survey' };
  const mutation = (district, year) => {
    const cells = [
      { focusArea: 'SEBH', supportType: 'TRAINING', amount: 'LIGHT', basedOn: '@seen@' },
      { focusArea: 'LITERACY', supportType: 'COACHING', amount: 'LIGHT', basedOn: '@seen@' },
    ];
    return JSON.stringify({ query: REQUEST, variables: { input: { district, schoolYear: year, cells, source, idempotencyKey: '@key@' } } });
  };
  const years = Array.from({ length: 4 }, (_, i) => `${2023 + i}-${24 + i}`);
  return {
    page: [JSON.stringify({ query: PAGE })],
    ask: [JSON.stringify({ query: ASK })],
    mutation: years.flatMap((year) => organisations.nodes.map(({ code }) => mutation(code, year))),
  };
}

/** What the program answers to one request of each kind: the others say the same from memory. */
async function recordedAnswers(port, token, { page, ask: asked, mutation }) {
  const sent = async ([body]) => ask(port, token, JSON.parse(body.replaceAll('@key@', 'the answer kept').replaceAll('"@seen@"', 'null')));
  const query = { ...(await sent(page)), ...(await sent(asked)) };
  return { query, mutation: await sent(mutation) };
}

async function ask(port, token, body) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  const { data, errors } = await response.json();
  const refused = Object.values(data ?? {}).flatMap((payload) => payload?.userErrors ?? []);
  if (errors !== undefined || refused.length > 0) throw new Error(JSON.stringify(errors ?? refused));
  return data;
}

async function measured({ servers, requests, load, rounds, milliseconds, progress }) {
  const cells = new Map();
  const tasks = Object.entries(requests).flatMap(([kind, texts]) =>
    [1, 50].flatMap((connections) =>
      servers.map(({ name, port, token }) => ({ id: `${kind} ${connections} ${name}`, port, connections, milliseconds, bodies: texts, token })),
    ),
  );
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, { id, ...task }] of tasks.entries()) {
      const sample = await load(task);
      if (round > 0) cells.set(id, [...(cells.get(id) ?? []), sample]); // round 0 is warm-up
      progress(round * tasks.length + at + 1, (rounds + 1) * tasks.length);
    }
  }
  const result = {};
  const tables = [];
  const titles = { page: 'A page of 50 organisations', ask: 'A named question (silent-districts)', mutation: 'A mutation (requestSupport)' };
  for (const kind of Object.keys(requests)) {
    for (const connections of [1, 50]) {
      const of = (name) => cells.get(`${kind} ${connections} ${name}`);
      const rows = servers.map(({ name }) => {
        const samples = of(name);
        const middle = (member) => median(samples.map((sample) => sample[member]));
        const ratio = (other) => median(samples.map((sample, i) => sample.rate / of(other)[i].rate));
        const row = {
          perSecond: middle('rate'),
          p50ms: middle('p50'),
          p99ms: middle('p99'),
          letInMs: middle('letIn'),
          p99ToMedian: median(samples.map(({ p50, p99 }) => p99 / p50)),
          toBare: ratio('bare, graphql-js'),
          toCompiled: ratio('bare, compiled'),
          toMercurius: ratio('mercurius, JIT'),
          bytes: samples[0].bytes,
        };
        result[`${kind} ${connections} ${name}`] = row;
        return [name, row.perSecond, row.p50ms, row.p99ms, row.p99ToMedian, row.letInMs, row.toBare, row.toCompiled, row.toMercurius];
      });
      const heads = ['', 'per second', 'p50 ms', 'p99 ms', 'p99/p50', 'all let in ms', '× bare', '× compiled', '× mercurius'];
      tables.push(table(`${titles[kind]}, ${figure(result[`${kind} ${connections} Waymark`].bytes)} bytes, clients: ${connections}`, heads, rows));
    }
  }
  return { result, text: tables.join('\n'), goals: goals(result) };
}

function goals(result) {
  const of = (kind, connections, name = 'Waymark') => result[`${kind} ${connections} ${name}`];
  return [1, 50].flatMap((clients) => [
    { goal: `question (50 rows) ÷ bare by graphql-js, ${clients} clients`, value: of('page', clients).toBare, least: 0.5 },
    { goal: `mutation ÷ bare by graphql-js, ${clients} clients`, value: of('mutation', clients).toBare, least: 0.3 },
    ...(clients === 1 ? [] : [{
      goal: 'question: p99/p50 ÷ that of the bare handler, 50 clients',
      value: of('page', 50).p99ToMedian / of('page', 50, 'bare, graphql-js').p99ToMedian,
      most: 1.5,
    }]),
  ]);
}

function said(child) {
  return new Promise((resolve, reject) => {
    const gone = (code) => reject(new Error(`${child.spawnargs.at(1)} ended with ${code}`));
    child.once('exit', gone);
    child.once('message', (message) => {
      child.off('exit', gone);
      resolve(message);
    });
  });
}

function ended(child) {
  if (child.exitCode !== null) return undefined;
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });
}
