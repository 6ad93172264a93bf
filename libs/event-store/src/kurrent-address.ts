const SCHEME = /^(kurrentdb|kurrent|kdb|esdb)(\+discover)?:\/\//;

/** Whether the URL is a connection string of KurrentDB or EventStoreDB. */
export function isKurrentUrl(url: string): boolean {
  return SCHEME.test(url);
}

/** The nodes that the connection string names, without user and password, fit to be shown. */
export function shownServer(url: string): string {
  return url
    .replace(SCHEME, '')
    .replace(/^[^@/?]*@/, '')
    .replace(/[/?].*$/, '');
}

/**
 * Checks a connection string: `kurrentdb://user:password@host:2113,host:2113?tls=true&tlsCaFile=…`, or `kurrentdb+discover://name` for a
 * cluster behind one DNS name; `esdb://` means the same. Throws an Error whose message goes on after "<the URL> …" and never repeats
 * a password.
 */
export function assertKurrentUrl(url: string, production: boolean): void {
  const hosts = shownServer(url).split(',');
  if (!hosts.every((host) => /^[\w.-]+(:\d{1,5})?$/.test(host))) {
    throw new Error('names no hosts that can be read (host:port, separated by commas)');
  }
  const credentials = /^[^/]+\/\/([^@/?]*)@/.exec(url)?.[1];
  if (credentials !== undefined && !/^[^:]+:.+$/.test(credentials)) throw new Error('has a user without a password');
  const parameters = new URLSearchParams(url.split('?')[1] ?? '');
  const value = (wanted: string) => [...parameters].find(([name]) => name.toLowerCase() === wanted)?.[1]?.toLowerCase();
  if (value('throwonappendfailure') === 'false') {
    throw new Error('switches throwOnAppendFailure off, with which the client tells a wrong revision. Leave it out');
  }
  const tls = value('tls') ?? 'true';
  if (!['true', 'false'].includes(tls)) throw new Error('has a value of tls that is neither true nor false');
  if (tls === 'false') assertPlainAllowed(credentials, production);
}

function assertPlainAllowed(credentials: string | undefined, production: boolean): void {
  if (production) throw new Error('switches TLS off, which production does not allow. Leave tls=false out');
  if (credentials === undefined) return;
  throw new Error('has a password and switches TLS off: the client then sends none. Leave out one or the other');
}
