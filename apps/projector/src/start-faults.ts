/**
 * Faults that an operator can mend, told by their message, without frames: by name or code, with the exit code that the command
 * line has for such.
 */
const mendable: ReadonlyMap<string | undefined, number> = new Map([
  ['ConfigError', 2],
  ['StoreUnavailableError', 3],
  ['OtherRecordError', 3],
  ['PrivateFileError', 3],
  ['SealError', 3],
  ['LocalIssuerRefusedError', 1],
  ['BusyError', 1],
  ['EADDRINUSE', 1],
  ['EACCES', 1],
]);

/** Says on stderr why a program could not start or go on, and with which code it ends. */
export function endWith(error: unknown): void {
  const { code, name, message, stack } = error as NodeJS.ErrnoException;
  const exitCode = mendable.get(name) ?? mendable.get(code);
  process.stderr.write(`${exitCode === undefined ? (stack ?? String(error)) : message}\n`);
  process.exitCode = exitCode ?? 1;
}
