import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { plainEnv } from '../fixtures/plain-env.js';
import type { CodeBlock } from './code-blocks.js';

/** One command of a document and what it must print; a line that is only `…` stands for any lines. */
interface Command {
  readonly place: string;
  readonly command: string;
  readonly output: string;
}

/** Runs the `console` blocks of a document in a folder; returns which commands print something else than they promise. */
export function runConsoleBlocks(blocks: readonly CodeBlock[], folder: string): string[] {
  return blocks
    .filter(({ language }) => language === 'console')
    .flatMap(commandsOf)
    .flatMap(({ place, command, output }) => {
      const printed = run(command, { cwd: folder, env: plainEnv() });
      return pattern(output).test(printed) ? [] : [`${place} ${command} printed:\n${printed}\nnot:\n${output}`];
    });
}

function commandsOf({ file, line, code }: CodeBlock): Command[] {
  return [...code.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)].map(({ 1: command, 2: output, index }) => ({
    place: `${file}:${line + code.slice(0, index).split('\n').length - 1}`,
    command: command!,
    output: output!,
  }));
}

/** What the command writes to its standard output; it may be killed on the way. */
function run(command: string, options: ExecFileSyncOptions): string {
  const stdio: ExecFileSyncOptions = { stdio: ['ignore', 'pipe', 'pipe'] };
  return String(execFileSync('/bin/sh', ['-c', `{ ${command}; } || true`], { ...options, ...stdio }));
}

function pattern(output: string): RegExp {
  const lines = output.split('\n').map((line) => (line === '…' ? '[\\s\\S]*' : line.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')));
  return new RegExp(`^${lines.join('\n')}$`);
}
