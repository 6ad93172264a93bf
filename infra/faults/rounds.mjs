// One fault, round after round: load, harm, healing, and the check of everything that was acknowledged in between.
import { mintToken } from '../../dist/libs/identity/src/index.js';
import { changedByRebuild, compare, recordedAfter } from './check.mjs';
import { freePort, Program } from './program.mjs';
import { Writers } from './writers.mjs';

/** After so many rounds a fresh place: a record that grows and grows would time something else. */
const ROUNDS_OF_A_PLACE = 25;
/** Acknowledgements between the start of the writers and the harm: at least, and at most. */
const LOAD = [50, 250];
/** Tokens are as old as this, so that a clock set back does not find them made in the future. */
const TOKEN_AGE_MS = 4 * 3_600_000;

/** Answers what came of it. A fault that did not heal, or a lawful entry refused, ends the rounds and stands as `failure`. */
export async function roundsOf({ fault, maker, rounds, writers: count, progress }) {
  const result = { rounds: 0, acknowledged: 0, lost: 0, doubled: 0, changed: [], heal: [], troubles: {} };
  while (result.rounds < rounds && result.failure === undefined) {
    const scene = await opened(fault, maker, count);
    const last = Math.min(rounds, result.rounds + ROUNDS_OF_A_PLACE);
    try {
      while (result.rounds < last) {
        await round(fault, scene, result);
        progress(result.rounds);
      }
    } catch (error) {
      result.failure = error.message;
    }
    for (const [trouble, times] of Object.entries(scene.writers.troubles)) result.troubles[trouble] = (result.troubles[trouble] ?? 0) + times;
    await closed(scene);
  }
  return result;
}

async function opened(fault, maker, count) {
  const options = (await fault.options?.()) ?? {};
  const place = await maker.place(options);
  const program = new Program({ env: { ...place.env, ...options.env }, port: await freePort() });
  await program.start();
  const projectors = await Promise.all(Array.from({ length: options.projectorCount ?? 0 }, () => projector(place)));
  const born = new Date(Date.now() - TOKEN_AGE_MS);
  const [ada, adam] = await Promise.all(['ada', 'adam'].map((name) => mintToken(place.folder, name, born)));
  const door = await fault.door?.(program);
  const writers = new Writers({ address: door?.address ?? program.address, token: ada, count });
  await writers.look();
  const { position } = await recordedAfter(place, 0);
  return { place, program, projectors, writers, door, position, administrator: adam, ...options };
}

async function projector(place) {
  const one = new Program({ kind: 'projector', env: place.env, port: await freePort() });
  await one.start();
  return one;
}

async function round(fault, scene, result) {
  const { place, program, writers } = scene;
  writers.begin();
  await writers.more(LOAD[0] + Math.floor(Math.random() * (LOAD[1] - LOAD[0])));
  const gone = await fault.strike(scene);
  result.heal.push((await writers.allServedSince(gone)) - gone);
  const ready = await fetch(`${program.address}/health/ready`);
  if (ready.status !== 200) throw new Error(`Not ready after the fault: ${await ready.text()}`);
  const acknowledged = await writers.settle();
  const { events, position } = await recordedAfter(place, scene.position);
  scene.position = position;
  const { lost, doubled, fallen } = compare(acknowledged, events);
  result.acknowledged += acknowledged.length;
  result.lost += lost;
  result.doubled += doubled;
  result.rounds += 1;
  if (fallen > 0) throw new Error(`recordedAt falls ${fallen} times along the record`);
  result.changed.push(...(await changedByRebuild({ place, address: program.address, token: scene.administrator })));
}

async function closed({ place, program, projectors, writers, door, end }) {
  writers.giveUp();
  await Promise.all([program, ...projectors].map((one) => one.kill()));
  door?.close();
  await place.end();
  await end?.();
}
