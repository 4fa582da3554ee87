import { writeFile } from 'node:fs/promises';
import { Option } from 'commander';
import type { Audit } from '../../index.js';
import { examples, positiveInteger } from '../arguments.js';
import { CliError } from '../cli-error.js';
import type { Cli } from '../cli.js';
import { auditText, usesText } from '../render/audit.js';
import { plain } from '../render/plain.js';
import { jsonText } from '../to-json.js';

interface AuditOptions {
  readonly html?: string;
  readonly export?: 'openlineage' | 'otel';
  readonly artifact?: string;
  readonly digest?: string;
  readonly limit?: number;
}

/** `durableflow audit RUN`, or `durableflow audit --artifact ID` */
export function audit(cli: Cli): void {
  cli.program
    .command('audit')
    .helpGroup('Look:')
    .summary('Tell what a run knew, which models it asked, and what it credits.')
    .description(
      'Tell what a run knew, call by call: which material was seen, selected or rejected and why, which models were asked and what that cost, and what is credited with the outcome. With --artifact or --digest: which runs had a piece of material.',
    )
    .argument('[run]', 'The id of the run.')
    .option('--html <file>', 'Write it as a page with a picture of the lineage; a new file.')
    .addOption(
      new Option(
        '--export <format>',
        'Print lines of JSON: OpenLineage run events, or spans with the GenAI attributes of OpenTelemetry.',
      ).choices(['openlineage', 'otel']),
    )
    .option('--artifact <id>', 'Which runs had the material of this id.')
    .option('--digest <digest>', 'Which runs had the text of this digest.')
    .option('--limit <n>', 'At most so many uses of a piece of material (default: 100).', positiveInteger)
    .addHelpText(
      'after',
      examples(
        ['audit ticket-17', 'in words'],
        ['audit ticket-17 --html ticket-17.html', 'as a page'],
        ['audit ticket-17 --export openlineage', 'for a lineage server'],
        ['audit --artifact note:returns', 'who knew this?'],
      ),
    )
    .action((run: string | undefined, options: AuditOptions) =>
      cli.withFlow(async (flow) => {
        const { artifact: reference, digest, limit } = options;
        if ((run === undefined) === (reference === undefined && digest === undefined))
          throw new CliError('CLI_USAGE', 'give either a run, or --artifact or --digest');
        if (run === undefined) {
          const uses = flow.lineage({ reference, digest, limit });
          return cli.report({ data: { uses }, text: (look) => usesText(uses, look) });
        }
        const found = flow.audit(run);
        if (options.html !== undefined) return writePage(cli, found, options.html);
        if (options.export !== undefined) return printLines(cli, found, options.export);
        cli.report({ data: { audit: found }, text: (look) => auditText(found, look) });
      }),
    );
}

async function writePage(cli: Cli, found: Audit, file: string): Promise<void> {
  const { auditHtml } = await import('../../lineage/index.js');
  try {
    await writeFile(file, auditHtml(found), { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw new CliError('CLI_FILE_FAILED', `${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
  cli.report({ data: { run: found.run.id, file }, text: () => `The audit of ${plain(found.run.id)} is in ${plain(file)}.` });
}

async function printLines(cli: Cli, found: Audit, format: 'openlineage' | 'otel'): Promise<void> {
  const { genAiSpans, openLineageEvents } = await import('../../lineage/index.js');
  const lines: readonly unknown[] = format === 'otel' ? genAiSpans(found) : openLineageEvents(found);
  for (const line of lines.map(withoutUndefined)) cli.stream({ data: line, text: () => jsonText(line) });
}

/** What is undefined is absent, as both formats expect it. */
const withoutUndefined = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
