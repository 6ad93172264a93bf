import { StoreUnavailableError } from '@waymark/kernel';

/** What every store answers once it was closed. */
export function closedStore(): StoreUnavailableError {
  return new StoreUnavailableError('The event store is closed: Waymark is shutting down.');
}

/** What a store answers to an append when it was opened for reading; `what` is its file or database. */
export function readOnlyStore(what: string): StoreUnavailableError {
  return new StoreUnavailableError(`The ${what} was opened for reading only.`, 'READ_ONLY');
}
