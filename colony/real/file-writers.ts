import { setTimeout as sleep } from 'node:timers/promises';
import { DurableFlowError } from '../../sdk/errors/index.js';
import { SqliteStore } from '../../sdk/sqlite/index.js';
import type { Writers } from './writers.js';

/** How long the controller waits for the file of the engine, in milliseconds: it has others to attend to. */
const busyTimeout = 20;
/** How long to wait before the file is asked again, in milliseconds. */
const retryMs = 20;

/** Machines on one file: whoever holds a lease may write, so that of a lost machine is ended. */
export class FileWriters implements Writers {
  readonly #store: SqliteStore;
  #isClosed = false;

  constructor(file: string) {
    this.#store = new SqliteStore(file, { busyTimeout });
  }

  async endAll(): Promise<void> {
    for (const { id } of this.#store.owners()) await this.#leave(id);
  }

  async end(_lease: number, owner: string | undefined): Promise<void> {
    if (owner !== undefined) await this.#leave(owner);
  }

  frontOf(): undefined {}

  takes(): void {}

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#store.close();
  }

  async #leave(owner: string): Promise<void> {
    for (;;) {
      try {
        await this.#store.leave(owner);
        return;
      } catch (error) {
        // Another process is writing, one that was stopped in the middle of it perhaps; or the disk is full.
        if (this.#isClosed || !(error instanceof DurableFlowError && error.code.startsWith('DF_STORE_'))) throw error;
        await sleep(retryMs);
      }
    }
  }
}
