import { existsSync, readFileSync, statSync } from 'node:fs';
import { linearRegression } from 'simple-statistics';

/** How it stood at one moment. */
export interface Sample {
  readonly seconds: number;
  /** Resident memory of the worker that is never killed, in megabytes. */
  readonly memory: number;
  /** Of the database, in megabytes. */
  readonly file: number;
  readonly wal: number;
}

export type Quantity = 'memory' | 'file' | 'wal';

/** Where a quantity stood, and where it was going. */
export interface Trend {
  readonly mean: number;
  readonly most: number;
  /** Of the line through all samples after the first quarter: by how much it rises from there to the end. */
  readonly growth: number;
}

const mebi = 2 ** 20;

/** Looks at memory and file once a second. */
export class Gauges {
  readonly samples: Sample[] = [];
  readonly #watch: NodeJS.Timeout;

  constructor(file: string, pid: () => number) {
    const began = Date.now();
    this.#watch = setInterval(() => {
      const seconds = (Date.now() - began) / 1000;
      this.samples.push({ seconds, memory: residentMemory(pid()), file: sizeOf(file), wal: sizeOf(`${file}-wal`) });
    }, 1000);
  }

  end(): void {
    clearInterval(this.#watch);
  }

  trend(quantity: Quantity): Trend {
    const values = this.samples.map((it) => it[quantity]);
    const after = this.samples.slice(Math.floor(this.samples.length / 4));
    const { m } = linearRegression(after.map((it) => [it.seconds, it[quantity]]));
    return {
      mean: after.reduce((sum, it) => sum + it[quantity], 0) / after.length,
      most: Math.max(...values),
      growth: m * (after.at(-1)!.seconds - after[0]!.seconds),
    };
  }
}

const sizeOf = (file: string) => (existsSync(file) ? statSync(file).size / mebi : 0);

function residentMemory(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;
}
