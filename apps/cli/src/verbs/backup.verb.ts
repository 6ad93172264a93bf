import { resolve } from 'node:path';
import type { CopyReport } from '@waymark/event-store';
import { copyKeys } from '@waymark/identity';
import type { Config } from '@waymark/nest-kit';
import { UsageError } from '../exit.js';
import { copyRecord } from '../record-copy.js';
import type { Register } from './verb.js';

interface BackupOptions {
  readonly to?: string;
  readonly keysTo?: string;
  readonly json?: boolean;
}

interface BackupDone {
  readonly events: (Omit<CopyReport, 'isComplete'> & { readonly file: string }) | null;
  readonly keys: { readonly folder: string; readonly files: readonly string[] } | null;
  readonly seconds: number;
}

type KeyPlaces = Pick<Config, 'dataDir' | 'keysUrl' | 'masterKeyFile'>;

/** `waymark backup`: record and keys, each into a folder of its own, beside a running Waymark or without one. */
export const registerBackup: Register = (program, setting) => {
  program
    .command('backup')
    .description('copy the record, or the keys, into a folder; what is there already is only added to')
    .option('--to <folder>', 'the record goes here, as events.db, whatever store it is in')
    .option('--keys-to <folder>', 'the keys go here; never where backups of the record are')
    .option('--json', 'one JSON document')
    .action(async (options: BackupOptions) => {
      const { config, output } = setting(options);
      const { to, keysTo } = folders(options);
      if (keysTo !== undefined) assertKeysInFolder(config);
      const began = performance.now();
      // Keys after events: then no event is in the backup whose key is not.
      const events = to === undefined ? null : await backedUp(config.eventStoreUrl, resolve(to, 'events.db'));
      const keys = keysTo === undefined ? null : { folder: keysTo, files: copyKeys(config.dataDir, keysTo) };
      const done: BackupDone = { events, keys, seconds: (performance.now() - began) / 1000 };
      output.document(done, () => render(done));
    });
};

function folders({ to, keysTo }: BackupOptions): { to: string | undefined; keysTo: string | undefined } {
  if (to === undefined && keysTo === undefined)
    throw new UsageError('Say where the backup goes: --to, --keys-to or both.');
  const [events, keys] = [to, keysTo].map((folder) => folder && resolve(folder));
  if (events === keys)
    throw new UsageError('Keep keys apart from the record: --to and --keys-to name the same folder.');
  return { to: events, keysTo: keys };
}

/** Throws a UsageError unless the keys are files of the data folder: a backup that leaves some out would open nothing. */
export function assertKeysInFolder({ dataDir, keysUrl, masterKeyFile }: KeyPlaces): void {
  if (keysUrl !== undefined) {
    throw new UsageError(
      'The keys are in PostgreSQL (KEYS_URL). Back that database up with pg_dump, and the master key file by itself, apart from the record.',
    );
  }
  if (masterKeyFile !== resolve(dataDir, 'keys/master.key')) {
    throw new UsageError(
      `The master key is not in DATA_DIR but in ${masterKeyFile} (MASTER_KEY_FILE). Copy that file and ${resolve(dataDir, 'keys')} by hand, apart from the record.`,
    );
  }
}

async function backedUp(from: string, file: string): Promise<BackupDone['events']> {
  // A source that goes on taking events is no fault here: the backup is whole up to one that was recorded after its start.
  const { isComplete: _, ...report } = await copyRecord(from, `sqlite:${file}`, { keepsSourceAtRest: false });
  return { file, ...report };
}

function render({ events, keys, seconds }: BackupDone): string {
  const lines = [
    ...(events === null
      ? []
      : [`${events.events} events in ${events.file}, ${events.copied} of them new; SHA-256 ${events.sha256}`]),
    ...(keys === null ? [] : [`Keys in ${keys.folder}: ${keys.files.join(', ')}`]),
  ];
  return `${lines.join('\n')}\nDone in ${seconds.toFixed(1)} s.`;
}
