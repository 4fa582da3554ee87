import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** Where a process is to die, by SIGKILL: just before or just after something is done outside. */
export interface Death {
  readonly when: 'before' | 'after';
  /** The line that tells of what is done. */
  readonly line: string;
}

/**
 * The world outside of a process, as a file with a line for each thing that was done. It outlives the processes, so what a killed one did
 * is still done.
 */
export class Outside {
  readonly #file: string;
  readonly #death: Death | undefined;

  constructor(file: string, death?: Death) {
    this.#file = file;
    this.#death = death;
  }

  /** Something is done, or the process dies on the way. */
  do(line: string): void {
    if (this.#dies('before', line)) process.kill(process.pid, 'SIGKILL');
    appendFileSync(this.#file, `${line}\n`);
    if (this.#dies('after', line)) process.kill(process.pid, 'SIGKILL');
  }

  /** All that was done, in order. */
  get done(): string[] {
    return existsSync(this.#file) ? readFileSync(this.#file, 'utf8').split('\n').slice(0, -1) : [];
  }

  /** How often it was done. */
  times(line: string): number {
    return this.done.filter((it) => it === line).length;
  }

  #dies(when: Death['when'], line: string): boolean {
    return this.#death?.when === when && this.#death.line === line;
  }
}
