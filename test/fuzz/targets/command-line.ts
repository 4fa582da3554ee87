import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { approval, DurableFlow, sideEffect, step, workflow } from 'durableflow';
import type { CliIo } from '../../../sdk/cli/cli-io.js';
import { exitCodes } from '../../../sdk/cli/exit-codes.js';
import { runCli } from '../../../sdk/cli/program.js';
import type { FuzzTarget } from '../fuzz-target.js';

@workflow({ name: 'typed' })
class Typed {
  async run(cents: number) {
    await this.pay(cents);
    return this.send(cents);
  }

  @approval()
  @step()
  async pay(cents: number) {
    return cents;
  }

  @sideEffect({ idempotencyKey: (cents) => `send:${cents}` })
  async send(cents: number) {
    if (cents > 1) throw new Error('no answer');
    return cents;
  }
}

/** Commands that neither start servers or other programs nor write files of the project. */
const commands = ['approvals', 'approve', 'audit', 'cancel', 'completion', 'diff', 'doctor', 'export-history', 'fork', 'help', 'prune', 'queue', 'reject', 'rerun', 'resolve', 'runs', 'schedules', 'show', 'signal', 'trace']; // prettier-ignore

/** Words on a command line, one a line: whatever they are, what comes of it is a text, and an exit code of the table. */
export const commandLine: FuzzTarget = {
  seeds: () =>
    [
      'runs', 'runs --status waiting --search r --limit 3 --json', 'show r-1', 'show r-1 --json', 'approvals --json', 'approve 1 --by ann --reason fine', 'reject 2 --by ben --reason no', 'audit r-1 --json', 'fork r-1 --from 0 --id x',
      'diff r-1 r-2', 'rerun --workflow typed --yes', 'resolve r-3 1 --happened --value 1 --by ann', 'signal r-1 go --payload {"a":1}', 'cancel r-1 --reason x', 'prune --older-than 1d --dry-run', 'doctor', 'queue', 'schedules --json',
      'export-history r-1', 'trace r-1', 'completion bash', 'help show', 'runs --attribute a=b --before r-1',
    ].map((line) => line.split(' ').join('\n')),
  words: ['--json\n', '--debug\n', '--by\n', '--status\n', '--', '--limit\n-1', '--id\n', '--yes\n', '--payload\n{', '--value\n[', '--older-than\n', '--attribute\n=', '--html\n', '\n', ...commands.map((it) => `${it}\n`)],
  async open(folder) {
    const file = join(folder, 'typed.db');
    const flow = await DurableFlow.open(file, { durability: 'process-crash', guard: 'off' });
    flow.register(Typed, () => new Typed());
    for (const [n, id] of ['r-1', 'r-2', 'r-3'].entries()) await (await flow.start(Typed, n, { id })).settled();
    await flow.approve(flow.approvals({ runId: 'r-3' })[0]!.id, { by: 'ann' });
    await flow.run('r-3').settled();
    await flow.close();
    writeFileSync(join(folder, 'empty'), '');
    const known = new Set<number>(Object.values(exitCodes).map(({ code }) => code));
    return async (input) => {
      const words = input.split('\n').filter((it) => it !== '');
      if (!words.some((it) => commands.includes(it)) || words.some((it) => isApart(it))) return undefined;
      let printed = '';
      const output = { isTTY: false, write: (text: string) => void (printed += text) };
      const io: CliIo = {
        stdin: { isTTY: false }, stdout: output, stderr: output, env: { DURABLEFLOW_DB: file, NO_COLOR: '1' }, now: () => new Date(0), user: () => 'ada',
        prompts: () => Promise.reject(new Error('nobody is there')), loadModule: () => Promise.reject(new Error('nothing is loaded')), stopped: () => Promise.resolve(),
      };
      const exit = await runCli(words, io);
      if (!known.has(exit)) throw new Error(`exit code ${exit} is not in the table`);
      if (printed.includes('CLI_UNEXPECTED')) throw new Error(`an error without a code: ${printed.slice(0, 500)}`);
      if (/\n\s+at .+:\d+:\d+/.test(printed) && !words.includes('--debug')) throw new Error(`a stack was printed: ${printed.slice(0, 500)}`);
      return printed;
    };
  },
}; // prettier-ignore

/** What would reach files elsewhere, a server, or go on for ever. */
const isApart = (word: string) =>
  /^(?:--?(?:db|out|output|html|app|watch|follow|file|o)\b|init|readiness|colony|ui|proxy|resume|recover|import)/.test(word);
