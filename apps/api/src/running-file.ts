import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Where a running api says how it is reached. A hint for the command line, never the hold on the folder itself.
const FILE = 'running.json';

/** Says where the api of this data folder is reached. */
export function announce(dataDir: string, address: string): void {
  writeFileSync(join(dataDir, FILE), `${JSON.stringify({ address })}\n`, { mode: 0o600 });
}

/** Takes the announcement back. */
export function withdrawAnnouncement(dataDir: string): void {
  rmSync(join(dataDir, FILE), { force: true });
}

/** The address that was announced last, or undefined; whether somebody answers there is another matter. */
export function announcedAddress(dataDir: string): string | undefined {
  try {
    const { address } = JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')) as { address?: unknown };
    return typeof address === 'string' ? address : undefined;
  } catch {
    return undefined;
  }
}
