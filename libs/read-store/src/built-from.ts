import { StoreUnavailableError } from '@waymark/kernel';

/** The tables were built from another record than the one that is read. Nothing was changed. */
export class OtherRecordError extends StoreUnavailableError {
  constructor() {
    super(
      'The read tables (READ_STORE_URL) were built from another record than the one of EVENT_STORE_URL. Correct the URL that is wrong; if both are ' +
        'meant so, build the tables anew from this record: waymark rebuild. Nothing was changed.',
    );
    this.name = 'OtherRecordError';
  }
}

/**
 * Compares the id of a record (undefined: it is empty) with the one that tables were built from (undefined: none yet, or by a release
 * that did not say). Throws OtherRecordError.
 */
export function assertBuiltFrom(record: string | undefined, builtFrom: string | undefined): void {
  if (builtFrom !== undefined && builtFrom !== record) throw new OtherRecordError();
}
