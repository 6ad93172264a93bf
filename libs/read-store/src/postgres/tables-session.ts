import { AdvisoryTurn, type AdvisoryTurnOptions, SteadySession } from '@waymark/postgres';
import { READ_MIGRATIONS, READ_SCHEMA, tablesChannel } from './read-schema.js';

export interface TablesSessionOptions {
  readonly url: string;
  /** What the server shows as the name of the connection. */
  readonly name: string;
  /** Told that tables have moved or that a request was made. */
  readonly onNews?: () => void;
}

/** A connection to the engine's own tables: who writes, how far they are, what is asked for. Throws StoreUnavailableError. */
export function openTablesSession({ url, name, onNews }: TablesSessionOptions): Promise<SteadySession> {
  return SteadySession.open({
    ...{ url, name, schema: READ_SCHEMA, migrations: READ_MIGRATIONS, what: 'read tables' },
    ...(onNews !== undefined && { listen: { channel: tablesChannel, onNews } }),
  });
}

/** Turns among all processes that use these tables, whichever of them writes. */
export function tablesTurn(options: Omit<AdvisoryTurnOptions, 'schema'>): AdvisoryTurn {
  return new AdvisoryTurn({ ...options, schema: READ_SCHEMA });
}
