import { DurableFlowError, type ErrorCode } from '../errors/index.js';

const codes: readonly (readonly [prefix: string, code: ErrorCode, what: string])[] = [
  ['SQLITE_FULL', 'DF_STORE_FULL', 'there is no space left for the database'],
  ['SQLITE_BUSY', 'DF_STORE_LOCKED', 'the database is locked'],
  ['SQLITE_LOCKED', 'DF_STORE_LOCKED', 'the database is locked'],
  ['SQLITE_READONLY', 'DF_STORE_READONLY', 'the database cannot be written'],
  ['SQLITE_CORRUPT', 'DF_STORE_CORRUPT', 'the database is damaged'],
  ['SQLITE_NOTADB', 'DF_STORE_FOREIGN', 'the file is no SQLite database'],
  ['SQLITE_IOERR_WRITE', 'DF_STORE_FULL', 'the database could not be written to disk'],
  ['SQLITE_IOERR_SHMSIZE', 'DF_STORE_FULL', 'the shared memory of the database could not be made on disk'],
  ['SQLITE_IOERR_SHORT_READ', 'DF_STORE_CORRUPT', 'the database file is cut short'],
  ['SQLITE_', 'DF_STORE_UNAVAILABLE', 'the database cannot be used'],
];

/** The coded error for whatever SQLite threw; anything else is returned as it is. */
export function sqliteError(error: unknown, file: string): unknown {
  if (isDriverFault(error)) {
    const [why] = (error as Error).message.split('\n');
    return new DurableFlowError('DF_STORE_DRIVER', `better-sqlite3 cannot be loaded: ${why}`, { details: { file }, cause: error });
  }
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code !== 'string') return error;
  const found = codes.find(([prefix]) => code.startsWith(prefix));
  if (!found) return error;
  return new DurableFlowError(found[1], `${found[2]} (${file}: ${(error as Error).message})`, {
    details: { file, sqlite: code },
    cause: error,
  });
}

/** What is compiled of the driver is not there, since its install script did not run, or is for another Node. */
const isDriverFault = (error: unknown) =>
  error instanceof Error &&
  ((error as { code?: unknown }).code === 'ERR_DLOPEN_FAILED' || error.message.startsWith('Could not locate the bindings file'));

/** Whether a statement itself, or what it has read, is to blame, and not the database: others may still be carried out. */
export function isStatementError(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return error instanceof DurableFlowError || typeof code !== 'string' || /^SQLITE_(CONSTRAINT|MISMATCH|RANGE|TOOBIG|ERROR)/.test(code);
}
