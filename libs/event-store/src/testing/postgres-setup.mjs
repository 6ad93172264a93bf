// Before a test run (`globalSetup` of Jest): somebody who can start a PostgreSQL server as soon as a suite asks for one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts the keeper. It ends, with its servers, when `end` is called or when this process is gone. */
export async function startPostgresKeeper() {
  const program = fileURLToPath(new URL('postgres-keeper.mjs', import.meta.url));
  // Out of the process group: what a terminal interrupts must not take the keeper before it has cleared up.
  const keeper = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const ended = once(keeper, 'exit');
  const [address] = await once(keeper.stdout, 'data');
  keeper.stdout.destroy();
  keeper.stdin.unref();
  keeper.unref();
  const end = () => {
    keeper.ref();
    keeper.stdin.end();
    return ended;
  };
  return { address: String(address).trim(), end };
}

export default async function setUp() {
  const { address, end } = await startPostgresKeeper();
  process.env.WAYMARK_TEST_POSTGRES_KEEPER = address;
  globalThis.endPostgresKeeper = end;
}
