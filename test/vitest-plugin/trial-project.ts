import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadinessReport } from '../../readiness-suites/report/readiness-schema.js';

const root = join(import.meta.dirname, '../..');
const source = (path: string) => JSON.stringify(join(root, path));

/** A small agent: one effect, which is found again after a crash. `protect` is what stands on the method. */
export const booking = (protect = "@sideEffect({ idempotencyKey: (name) => `book:${name}`, reconcile: 'found', timeout: '5s' })") => `
import { sideEffect, step, effectKey, workflow } from 'durableflow';

export class Hotel {
  rooms = new Map<string, string>();
  async book(name: string, { idempotencyKey }: { idempotencyKey: string }) {
    this.rooms.set(idempotencyKey, name);
    return { name };
  }
  async found(idempotencyKey: string) {
    const name = this.rooms.get(idempotencyKey);
    return name === undefined ? undefined : { name };
  }
}

@workflow({ name: 'booking' })
export class Booking {
  constructor(readonly deps: { hotel: Hotel }) {}

  async run(name: string) {
    return this.book(name);
  }

  ${protect}
  async book(name: string) {
    return this.deps.hotel.book(name, { idempotencyKey: effectKey() });
  }

  async found() {
    return this.deps.hotel.found(effectKey());
  }
}
void step;
`;

/** A suite of that agent. */
export const bookingSuite = ({
  imports = "import { describe } from 'durableflow/vitest';",
  declare = 'describe.readiness',
  extra = '',
} = {}) => `
${imports}
import { Booking, Hotel } from './booking.js';

${declare}(Booking, {
  input: 'ann',
  agent: ({ tool }) => new Booking({ hotel: tool(new Hotel()) }),
  allowedEffects: ['book'],
  deadline: '20s',
});
${extra}
`;

/** What a run of Vitest has left behind. */
export interface TrialRun {
  readonly exit: number | string;
  readonly out: string;
  readonly report: ReadinessReport | undefined;
}

/** A project of its own that tries a small agent with the real plugin. Disposing of it removes it. */
export class TrialProject implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'durableflow-trials-'));
  /** In the environment of all that is started here, so that what is left over can be found. */
  readonly mark = `trials-${process.pid}-${Math.random().toString(36).slice(2)}`;

  constructor({ plugin = '', test = '', compilerOptions = {} } = {}) {
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
    this.write('package.json', '{ "type": "module" }');
    const paths = { durableflow: [join(root, 'sdk/index.ts')] };
    this.write('tsconfig.json', JSON.stringify({ compilerOptions: { target: 'es2022', module: 'nodenext', paths, ...compilerOptions } }));
    this.write('booking.ts', booking());
    this.write(
      'vitest.config.ts',
      `import { readiness } from ${source('vitest-plugin/plugin.ts')};
       export default {
         plugins: [readiness({ ${plugin} })],
         resolve: { alias: [
           { find: /^durableflow$/, replacement: ${source('sdk/index.ts')} },
           { find: /^durableflow\\/vitest$/, replacement: ${source('vitest-plugin/index.ts')} },
         ] },
         test: { ${test} },
       };`,
    );
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const { CI: _ci, GITHUB_STEP_SUMMARY: _summary, GITHUB_ACTIONS: _actions, ...inherited } = process.env;
    return spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...argv], {
      cwd: this.folder,
      env: { ...inherited, NO_COLOR: '1', TRIAL_MARK: this.mark, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async run(argv: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<TrialRun> {
    rmSync(join(this.folder, '.readiness'), { recursive: true, force: true });
    const vitest = this.start(['run', ...argv], env);
    let out = '';
    vitest.stdout!.on('data', (chunk) => (out += String(chunk)));
    vitest.stderr!.on('data', (chunk) => (out += String(chunk)));
    const exit = await new Promise<number | string>((resolve) =>
      vitest.on('close', (code, signal) => resolve(signal ?? code ?? 'unknown')),
    );
    return { exit, out, report: this.report() };
  }

  report(): ReadinessReport | undefined {
    const file = join(this.folder, '.readiness/readiness.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReadinessReport) : undefined;
  }

  /** Processes that were started here and are still alive. */
  leftOver(): number[] {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .filter((pid) => {
        try {
          return (
            readFileSync(`/proc/${pid}/environ`, 'utf8').includes(this.mark) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
          );
        } catch {
          return false;
        }
      })
      .map(Number);
  }

  [Symbol.dispose](): void {
    for (const pid of this.leftOver()) process.kill(pid, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
