import type { SqliteDatabase } from './driver.js';

/** Most events that the listing leaves to be found by looking at each of them. */
const LOT = 256;

/** What the listing has under it: the events of a type. */
export function typeTerm(type: string): string {
  return `type ${type}`;
}

/** What the listing has under it: the events about an organisation, whether as agency or as district. */
export function organisationTerm(organisation: string): string {
  return `about ${organisation}`;
}

/**
 * Which events are of a type or about an organisation. Written a lot at a time, inside the transaction that fills the lot:
 * three rows in as many places of the file for each event would cost every append more than the event itself.
 * `event_listed` says how far it goes; whoever reads looks at the events behind that one by one.
 */
export class EventListing {
  private readonly listedTo;
  private readonly add;
  private readonly move;
  /** How far the listing goes; undefined when the file has to be asked. */
  private end: number | undefined;

  constructor(database: SqliteDatabase) {
    this.listedTo = database.prepare('SELECT position FROM event_listed');
    this.add = database.prepare(
      `INSERT INTO event_listing (term, position)
       SELECT 'type ' || type, position FROM event_log WHERE position > ?1
       UNION SELECT 'about ' || agency, position FROM event_log WHERE position > ?1 AND agency IS NOT NULL
       UNION SELECT 'about ' || district, position FROM event_log WHERE position > ?1 AND district IS NOT NULL`,
    );
    this.move = database.prepare('UPDATE event_listed SET position = ?');
  }

  /** Lists what is not listed yet up to the newest event, when that makes a lot. Belongs into the transaction of an append. */
  extend(newest: number): void {
    this.end ??= (this.listedTo.get() as { position: number }).position;
    if (newest - this.end < LOT) return;
    this.add.run(this.end);
    this.move.run(newest);
    this.end = newest;
  }

  /** The transaction did not go through, or may not have: the file knows how far the listing goes. */
  forget(): void {
    this.end = undefined;
  }
}
