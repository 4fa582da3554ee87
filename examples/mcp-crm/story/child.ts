import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A real process that can be waited for, line by line, and killed. */
export class Child {
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #isOver = false;
  #stderr = '';

  constructor(script: string, args: readonly string[]) {
    const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    this.#ended = once(child, 'close').then(() => (this.#isOver = true));
    child.stderr.on('data', (chunk) => (this.#stderr += String(chunk)));
    createInterface({ input: child.stdout }).on('line', (line) => this.lines.push(line));
    // Whoever stops the story stops its processes.
    process.once('exit', () => child.kill('SIGKILL'));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The first line, from the beginning, that is waited for. Throws if the process ends without it. */
  async line(wanted: (line: string) => boolean): Promise<string> {
    for (;;) {
      const found = this.lines.find(wanted);
      if (found !== undefined) return found;
      if (this.#isOver) throw new Error(`process ${this.pid} came to its end too early. ${this.#stderr.trim()}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async ended(): Promise<void> {
    await this.#ended;
    if (this.#process.exitCode !== 0) throw new Error(`process ${this.pid} failed. ${this.#stderr.trim()}`);
  }

  /** The hardest way: nothing can catch it, and nothing is flushed. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }
}
