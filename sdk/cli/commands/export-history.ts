import { writeFile } from 'node:fs/promises';
import { examples } from '../arguments.js';
import { CliError } from '../cli-error.js';
import type { Cli } from '../cli.js';
import { plain } from '../render/plain.js';
import { jsonText } from '../to-json.js';

/** `durableflow export-history RUN` */
export function exportHistory(cli: Cli): void {
  cli.program
    .command('export-history')
    .helpGroup('Keep:')
    .summary('Write all that is on record of a run.')
    .description(
      'Write all that is on record of a run as JSON: for keeping, for another database (import-history), or for a test that replays it (replayHistory). It holds the inputs and values of the run, so a file is made readable for you alone.',
    )
    .argument('<run>', 'The id of the run.')
    .option('--out <file>', 'A new file; standard output if absent.')
    .addHelpText(
      'after',
      examples(
        ['export-history ticket-17 --out ticket-17.json', 'for a replay test'],
        ['export-history ticket-17 | durableflow --db other.db import-history /dev/stdin', 'into another database'],
      ),
    )
    .action((run: string, { out }: { out?: string }) =>
      cli.withFlow(async (flow) => {
        // What is undefined is absent, as import-history expects it.
        const history: unknown = JSON.parse(JSON.stringify(flow.exportHistory(run)));
        const text = jsonText(history, 2);
        if (out === undefined) return cli.report({ data: history, text: () => text });
        await write(out, `${text}\n`);
        cli.report({ data: { run, file: out }, text: () => `The history of ${plain(run)} is in ${plain(out)}.` });
      }),
    );
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw new CliError('CLI_FILE_FAILED', `${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
}
