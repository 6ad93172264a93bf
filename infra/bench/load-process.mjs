// The client, in a process of its own: keeps so many connections busy for a while, each with one request at a time, and answers with
// the latencies. Speaks HTTP over plain sockets, so that it costs little of the two cores that the servers need.
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { percentile } from './measure.mjs';
import { paced } from './writing.mjs';

process.on('message', async (task) => {
  try {
    process.send({ result: await load(task) });
  } catch (error) {
    process.send({ error: error.message });
  }
});

/** Event that the last answer to a body named, by port and body: what its next entry is based on. */
const seen = new Map();

/**
 * Each connection sends its own share of `bodies` in turn, so that no body is under way twice; each `@key@` in them becomes a fresh
 * key, each "@seen@" the event of the answer before. Latencies in milliseconds. All connections are opened at once and
 * ask at once; the clock for `rate`, `p50` and `p99` starts when each has had its first answer. Until then a server is asked by
 * fewer than are wanted, and how it lets newcomers in is a figure of its own: `letIn`, until the last first answer.
 * With `perSecond` requests come at that pace instead of one after the other.
 */
async function load({ port, connections, milliseconds, bodies, token, perSecond }) {
  let bytes = 0;
  const opened = performance.now();
  const answer = async (socket, text) => {
    const place = `${port} ${text}`;
    const filled = request(text, token, seen.get(place));
    const sent = performance.now();
    const { status, body } = await socket.ask(filled);
    const took = performance.now() - sent;
    bytes = body.length;
    if (status !== 200 || /"errors":|"userErrors":\[\{|"eventIds":\[\]/.test(body.slice(0, 4_000))) throw new Error(`${status} ${body.slice(0, 500)}`);
    if (text.includes('@seen@')) seen.set(place, /"eventIds":\["([^"]+)"/.exec(body)[1]);
    return { sent, took };
  };
  const lanes = await Promise.all(
    Array.from({ length: connections }, async (_, number) => {
      const own = bodies.length < connections ? bodies : bodies.filter((_, i) => i % connections === number);
      return { socket: await connection(port), own, turn: 1 };
    }),
  );
  const next = async (lane) => {
    const text = lane.own[lane.turn % lane.own.length];
    lane.turn += 1;
    return answer(lane.socket, text);
  };
  const measured = perSecond === undefined ? await closedLoop(lanes, answer, next, milliseconds) : await evenly(lanes, answer, next, { milliseconds, perSecond });
  for (const { socket } of lanes) socket.end();
  const { began, ...figures } = measured;
  return { ...figures, letIn: began - opened, bytes };
}

/** Each lane asks as soon as it has its answer. */
async function closedLoop(lanes, answer, next, milliseconds) {
  const latencies = [];
  let began;
  let admitted = 0;
  await Promise.all(
    lanes.map(async (lane) => {
      await answer(lane.socket, lane.own[0]);
      admitted += 1;
      if (admitted === lanes.length) began = performance.now();
      while (began === undefined || performance.now() - began < milliseconds) {
        const { sent, took } = await next(lane);
        if (began !== undefined && sent >= began) latencies.push(took);
      }
    }),
  );
  const elapsed = (performance.now() - began) / 1000;
  return { began, rate: latencies.length / elapsed, p50: percentile(latencies, 50), p99: percentile(latencies, 99) };
}

async function evenly(lanes, answer, next, { milliseconds, perSecond }) {
  await Promise.all(lanes.map(({ socket, own }) => answer(socket, own[0])));
  const began = performance.now();
  return { began, ...(await paced({ lanes, perSecond, milliseconds, act: next })) };
}

function request(body, token, event) {
  const filled = body.replaceAll('@key@', () => randomUUID()).replaceAll('"@seen@"', event === undefined ? 'null' : `"${event}"`);
  const authorization = token === undefined ? '' : `authorization: Bearer ${token}\r\n`;
  return `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\naccept: application/json\r\n${authorization}content-length: ${Buffer.byteLength(filled)}\r\n\r\n${filled}`;
}

function connection(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let waiting;
    let chunks = [];
    let wanted = Number.POSITIVE_INFINITY;
    let had = 0;
    socket.on('error', (error) => (waiting?.reject ?? reject)(error));
    socket.on('close', () => waiting?.reject(new Error('The server closed the connection')));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      had += chunk.length;
      if (wanted === Number.POSITIVE_INFINITY) wanted = wholeLength(Buffer.concat(chunks));
      if (had < wanted) return;
      const text = Buffer.concat(chunks).toString('utf8');
      const answer = { status: Number(text.slice(9, 12)), body: text.slice(text.indexOf('\r\n\r\n') + 4) };
      [chunks, had, wanted] = [[], 0, Number.POSITIVE_INFINITY];
      const { resolve: answered } = waiting;
      waiting = undefined;
      answered(answer);
    });
    socket.on('connect', () =>
      resolve({
        ask: (text) => new Promise((answered, failed) => {
          waiting = { resolve: answered, reject: failed };
          socket.write(text);
        }),
        end: () => socket.end(),
      }),
    );
  });
}

/** Bytes of head and body together, once the head is there. */
function wholeLength(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return Number.POSITIVE_INFINITY;
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, end));
  if (length === null) throw new Error('A response without content-length');
  return end + 4 + Number(length[1]);
}
