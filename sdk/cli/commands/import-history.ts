import { readFile } from 'node:fs/promises';
import { DurableFlowError } from '../../errors/index.js';
import type { History } from '../../index.js';
import { examples } from '../arguments.js';
import { CliError } from '../cli-error.js';
import type { Cli } from '../cli.js';
import { plain } from '../render/plain.js';

/** `durableflow import-history FILE` */
export function importHistory(cli: Cli): void {
  cli.program
    .command('import-history')
    .helpGroup('Keep:')
    .summary('Put an exported run into this database.')
    .description(
      'Put a run that export-history has written into this database. One that has not ended goes on here as soon as a process executes it, so make sure that nobody goes on with it where it comes from.',
    )
    .argument('<file>', 'The file that export-history has written.')
    .option('--id <id>', 'The id of the run here; its own if absent.')
    .addHelpText(
      'after',
      examples(
        ['import-history ticket-17.json', 'under its own id'],
        ['import-history ticket-17.json --id ticket-17-copy', 'beside the original'],
      ),
    )
    .action(async (file: string, { id }: { id?: string }) => {
      // First, so that a wrong database is told before the file is read.
      void cli.file;
      const history = await readHistory(file);
      await cli.withFlow(async (flow) => {
        const run = (await flow.importHistory(history, id === undefined ? {} : { id })).view();
        cli.report({
          data: { run },
          text: () => `Run ${plain(run.id)} (${plain(run.workflow)} v${plain(run.version)}) is here now; it is ${run.status}.`,
        });
      });
    });
}

/** The engine checks what is in it. */
async function readHistory(file: string): Promise<History> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new CliError('CLI_FILE_FAILED', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    return JSON.parse(text) as History;
  } catch (cause) {
    throw new DurableFlowError('DF_HISTORY_INVALID', `${file} is not JSON: ${(cause as Error).message}`, { cause });
  }
}
