import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** A program in a terminal of its own: what a person would see, and the keys that they press. */
export interface PseudoTerminal {
  /** The lines of the screen and what has scrolled out above it, without colours or trailing spaces. */
  text(): string;
  /** All bytes that came, escapes included. */
  raw(): string;
  press(keys: string): void;
  resize(columns: number): void;
  /** Ends it, as closing the window would. */
  kill(): void;
  /** Resolves when this is on the screen. Throws, with the screen, if it does not come. */
  shows(what: string | RegExp): Promise<void>;
  /** The exit code; undefined if a signal ended it. */
  readonly ended: Promise<number>;
  isCursorShown(): boolean;
}

export const keys = { up: '\u001b[A', down: '\u001b[B', enter: '\r', escape: '\u001b', interrupt: '\u0003', tab: '\t' } as const;

const main = ['--import', 'tsx', fileURLToPath(new URL('../../sdk/cli/main.ts', import.meta.url))];
const rows = 30;
const patience = 20_000;

/** `durableflow` with these arguments in a terminal. */
export function durableflowInTerminal(argv: readonly string[], columns: number, env: Record<string, string> = {}): PseudoTerminal {
  return openTerminal(process.execPath, [...main, ...argv], columns, env);
}

/** Any program in a terminal. */
export function openTerminal(program: string, argv: readonly string[], columns: number, env: Record<string, string> = {}): PseudoTerminal {
  const { PATH = '', HOME = '' } = process.env;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const child = spawn(program, [...argv], {
    name: env['TERM'] ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd: root,
    env: { PATH, HOME, TERM: 'xterm-256color', ...env },
  });
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 2000 });
  let bytes = '';
  let written = Promise.resolve();
  child.onData((data) => {
    bytes += data;
    written = new Promise((resolve) => screen.write(data, resolve));
  });
  const text = () => {
    const { active } = screen.buffer;
    return Array.from({ length: active.length }, (_, line) => active.getLine(line)?.translateToString(true) ?? '')
      .join('\n')
      .trimEnd();
  };
  const has = (what: string | RegExp) => (typeof what === 'string' ? text().includes(what) : what.test(text()));
  return {
    text,
    raw: () => bytes,
    press: (pressed) => child.write(pressed),
    kill: () => child.kill(),
    resize(to) {
      screen.resize(to, rows);
      child.resize(to, rows);
    },
    async shows(what) {
      const until = Date.now() + patience;
      while (!has(what)) {
        if (Date.now() > until) throw new Error(`${String(what)} does not come; the screen:\n${text()}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    ended: new Promise((resolve) => child.onExit(({ exitCode }) => void written.then(() => resolve(exitCode)))),
    isCursorShown: () => bytes.lastIndexOf('\u001b[?25l') <= bytes.lastIndexOf('\u001b[?25h'),
  };
}
