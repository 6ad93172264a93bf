import { openReadStore } from '../../../projector/src/read-stores.js';
import { table } from '../output.js';
import { withRecord } from '../record.js';
import type { Register, Setting } from './verb.js';

interface Status {
  readonly dataDir: string;
  readonly events: { readonly position: number; readonly newest: string | null };
  readonly tables: readonly {
    name: string;
    version: number;
    state: string;
    checkpoint: number;
    behind: number;
    fault: string | null;
  }[];
}

/** `waymark status`: how far the record reaches and how far its tables. */
export const registerStatus: Register = (program, setting) => {
  program
    .command('status')
    .description('say how far the record reaches and how far its tables')
    .option('--json', 'one JSON document')
    .action(async (options: { json?: boolean }) => {
      const given = setting(options);
      const status = await statusOf(given);
      given.output.document(status, () => render(status));
    });
};

async function statusOf({ config }: Setting): Promise<Status> {
  return withRecord(config, async ({ store }) => {
    const { position, recordedAt } = await store.head();
    const readStore = await openReadStore(config.readStoreUrl, { readOnly: true });
    const records = await readStore.records();
    await readStore.close();
    const tables = records.map(({ name, version, state, checkpoint, poison }) => ({
      ...{ name, version, state, checkpoint },
      behind: Math.max(0, position - checkpoint),
      fault: poison === null ? null : `${poison.type} at ${poison.eventId}: ${poison.message}`,
    }));
    return { dataDir: config.dataDir, events: { position, newest: recordedAt ?? null }, tables };
  });
}

function render({ dataDir, events, tables }: Status): string {
  const head = `Data in ${dataDir}\nRecord: ${events.position} events, the newest of ${events.newest ?? 'never'}`;
  const rows = tables.map((t) => [t.name, String(t.version), t.state, String(t.behind), t.fault ?? '']);
  return `${head}\n\n${table(['Tables', 'Version', 'State', 'Behind', 'Fault'], rows)}`;
}
