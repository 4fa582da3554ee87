import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { WorkerFront } from '../../readiness-suites/engine/worker-front.js';
import type { Writers } from './writers.js';

/**
 * Machines of a Restate server: whoever is behind a job's front may write. A lost machine is taken away from there and its
 * connections are cut, so that nothing it says comes through, and the server asks whoever is put there next.
 */
export class FrontWriters implements Writers {
  readonly #fronts: ReadonlyMap<string, WorkerFront>;

  private constructor(fronts: ReadonlyMap<string, WorkerFront>) {
    this.#fronts = fronts;
  }

  /** The fronts of all jobs. A controller that takes a batch over opens them where they were: the server knows them there. */
  static async open(jobs: readonly string[], file: string): Promise<FrontWriters> {
    const known = readFronts(file);
    const fronts = new Map<string, WorkerFront>();
    for (const job of jobs) fronts.set(job, await WorkerFront.open(known[job] === undefined ? 0 : Number(new URL(known[job]).port)));
    writeFileSync(file, JSON.stringify(Object.fromEntries([...fronts].map(([job, { url }]) => [job, url]))));
    return new FrontWriters(fronts);
  }

  // Fronts that have just been opened lead nowhere.
  async endAll(): Promise<void> {}

  async end(lease: number): Promise<void> {
    for (const front of this.#fronts.values()) front.drop(lease);
  }

  frontOf(job: string): string | undefined {
    return this.#fronts.get(job)?.url;
  }

  takes(lease: number, job: string, port: number): void {
    this.#fronts.get(job)?.join(lease, port);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#fronts.values()].map((front) => front.close()));
  }
}

/** The addresses of the fronts of a batch, by job; none if it has not come to that. */
export const readFronts = (file: string): Readonly<Record<string, string>> =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
