// After a test run (`globalTeardown` of Jest): the servers are stopped and their folders removed before the run is over.
export default () => globalThis.endPostgresKeeper?.();
