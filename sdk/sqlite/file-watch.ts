import Database, { type Database as Connection } from 'better-sqlite3';
import { DataVersion } from './data-version.js';
import { sqliteError } from './sqlite-error.js';

/** Tells whether anybody, this process included, has written to a file. It only reads, by a connection of its own. */
export class FileWatch {
  readonly #db: Connection;
  readonly #version: DataVersion;

  constructor(file: string) {
    try {
      this.#db = new Database(file, { readonly: true, fileMustExist: true });
      this.#version = new DataVersion(this.#db);
    } catch (error) {
      throw sqliteError(error, file);
    }
  }

  /** Whether somebody has written since the last call. */
  changed(): boolean {
    return this.#version.changed();
  }

  close(): void {
    this.#db.close();
  }
}
