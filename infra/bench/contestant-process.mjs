// One store, opened anew for each task. A task names the module of the store, its place (`file` or `url`), and `act`:
// `closedLoop`, `evenPace` and `fill` write (writing.mjs), `scan` reads everything once.
import { closedLoop, evenPace, fill, scanned } from './writing.mjs';

const acts = { closedLoop, evenPace, fill, scan: scanned };

process.on('message', (task) => {
  carryOut(task).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: error?.message ?? String(error) }),
  );
});
process.once('disconnect', () => process.exit());

async function carryOut({ module, place, act, ...task }) {
  const { open } = await import(`./contestants/${module}.mjs`);
  const store = await open(place);
  const result = await acts[act](store, task);
  await store.close();
  return result ?? {};
}
