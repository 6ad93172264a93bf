import type { EventId, OrganisationId, StoredEvent, StreamName } from '@waymark/kernel';
import { uuidBytes } from '@waymark/kernel';
import { bundledDriver, type SqliteDatabase } from '../sqlite/index.js';

/** Where an event stands. */
export interface Place {
  readonly position: number;
  readonly stream: StreamName;
  readonly revision: number;
}

/** The last event that an index holds. */
export interface Indexed {
  readonly position: number;
  readonly eventId: Buffer | undefined;
}

/** Version of the layout; another one is thrown away and filled again. */
const LAYOUT = 1;

const SCHEMA = `
  DROP TABLE IF EXISTS place;
  DROP TABLE IF EXISTS organisation_place;
  CREATE TABLE place (
    position    INTEGER PRIMARY KEY,
    event_id    BLOB    NOT NULL,
    stream      TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    type        TEXT    NOT NULL
  ) STRICT;
  CREATE INDEX place_event_id ON place (event_id);
  CREATE TABLE organisation_place (
    organisation TEXT    NOT NULL,
    position     INTEGER NOT NULL,
    PRIMARY KEY (organisation, position)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${LAYOUT};
`;

/**
 * Where the events of the server stand by id and by organisation: what its protocol cannot ask for. A copy that can be made again from
 * the log at any time, so that it is written without waiting for the disk.
 */
export class PlaceIndex {
  private readonly database: SqliteDatabase;
  private readonly statements;

  constructor(file: string) {
    this.database = bundledDriver(file, { readOnly: false, timeout: 1_000 });
    this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    const layout = this.database.prepare('PRAGMA user_version').get() as { user_version: number };
    if (layout.user_version !== LAYOUT) this.database.exec(SCHEMA);
    this.statements = {
      last: this.database.prepare('SELECT position, event_id AS eventId FROM place ORDER BY position DESC LIMIT 1'),
      add: this.database.prepare('INSERT OR IGNORE INTO place VALUES (?, ?, ?, ?, ?)'),
      list: this.database.prepare('INSERT OR IGNORE INTO organisation_place VALUES (?, ?)'),
      byId: this.database.prepare(
        'SELECT position, stream, revision FROM place WHERE event_id = ? ORDER BY position LIMIT 1',
      ),
      ofOrganisation: this.database.prepare(
        `SELECT place.position, stream, revision FROM organisation_place AS listed
         JOIN place ON place.position = listed.position
         WHERE listed.organisation = ? AND listed.position > ? ORDER BY listed.position LIMIT ?`,
      ),
      ofOrganisationAndTypes: this.database.prepare(
        `SELECT place.position, stream, revision FROM organisation_place AS listed
         JOIN place ON place.position = listed.position
         WHERE listed.organisation = ? AND listed.position > ? AND type IN (SELECT value FROM json_each(?))
         ORDER BY listed.position LIMIT ?`,
      ),
    };
  }

  last(): Indexed {
    const row = this.statements.last.get() as { position: number; eventId: Uint8Array } | undefined;
    return row === undefined
      ? { position: 0, eventId: undefined }
      : { position: row.position, eventId: Buffer.from(row.eventId) };
  }

  /** Adds events that follow the last one. */
  add(events: readonly StoredEvent[]): void {
    this.database.exec('BEGIN');
    try {
      for (const event of events) this.addOne(event);
      this.database.exec('COMMIT');
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  private addOne({ position, eventId, stream, revision, type, metadata }: StoredEvent): void {
    this.statements.add.run(position, uuidBytes(eventId), stream, revision, type);
    for (const organisation of [metadata.agency, metadata.district]) {
      if (organisation !== undefined) this.statements.list.run(organisation, position);
    }
  }

  withId(eventId: EventId | Buffer): Place | undefined {
    const bytes = typeof eventId === 'string' ? uuidBytes(eventId) : eventId;
    return this.statements.byId.get(bytes) as Place | undefined;
  }

  ofOrganisation(
    organisation: OrganisationId,
    after: number,
    limit: number,
    types: readonly string[] | undefined,
  ): Place[] {
    return (
      types === undefined
        ? this.statements.ofOrganisation.all(organisation, after, limit)
        : this.statements.ofOrganisationAndTypes.all(organisation, after, JSON.stringify(types), limit)
    ) as Place[];
  }

  /** Forgets everything: it belongs to another log. */
  clear(): void {
    this.database.exec('DELETE FROM place; DELETE FROM organisation_place');
  }

  close(): void {
    this.database.close();
  }
}
