import { appHelp, optionalAppOption } from '../app-option.js';
import { examples } from '../arguments.js';
import { CliError } from '../cli-error.js';
import type { Cli } from '../cli.js';
import { describeError } from '../describe-error.js';
import type { Exit } from '../exit-codes.js';
import { DurableFlowError } from '../../errors/index.js';
import type { DatabaseCondition } from '../../sqlite/inspect-database.js';
import type { RepairProgress } from '../../sqlite/repair-database.js';
import { fileFindings, healthFindings, inPlace, type Finding, type Spelling } from '../findings.js';
import { isRestate, openRestate } from '../restate-database.js';
import { restateFindings } from '../restate-findings.js';
import type { Health } from '../../index.js';
import { loadApp, type RegisterApp } from '../load-app.js';
import { shellWord } from '../next-steps.js';
import { doctorText, repairText, serverText, type Diagnosis } from '../render/doctor.js';
import { executesByName } from '../settle.js';

interface DoctorOptions {
  readonly app?: string;
  readonly full?: boolean;
  /** The path of the new file; true for the path beside the damaged one. */
  readonly repair?: string | true;
}

/** `durableflow doctor` */
export function doctor(cli: Cli): void {
  cli.program
    .command('doctor')
    .helpGroup('Look:')
    .summary('Find what is wrong, and say what mends it.')
    .description(
      'Check the file and what stands still in it: damage, processes that are gone and the runs that they have left, runs that nobody takes up, effects in doubt, and what is overdue. It changes nothing; --repair makes a new file of what can be saved of a damaged one, with all processes stopped. Exits with 0 if all is well, 3 if something needs attention, 1 if the file is damaged.',
    )
    .addOption(optionalAppOption('Tell also which versions this module does not register, though runs need them.'))
    .option('--full', 'Check the indexes against the tables as well, and values against their digests; slow for a large file.')
    .option('--repair [file]', 'Make a new file of what can be read in a damaged one: FILE.repaired, if none is named. Says what was lost.')
    .addHelpText(
      'after',
      `${examples(
        ['doctor', 'after a crash, or every hour'],
        ['doctor --app ./app.ts', 'before a deployment: does the new code have the versions that runs need?'],
        ['doctor --repair', 'save what can be saved of a damaged file, and say what was lost'],
        ["doctor --json | jq -r '.findings[].commands[]'", 'what to type'],
      )}\n${appHelp}`,
    )
    .action(async ({ app, full = false, repair }: DoctorOptions) => {
      const { file } = cli;
      const register = app === undefined ? undefined : await loadApp(app, cli.io);
      if (isRestate(file)) return diagnoseServer(cli, register);
      const { inspectDatabase } = await import('../../sqlite/inspect-database.js');
      cli.progress('checking the file …');
      const condition = inspectDatabase(file, { full: full || repair !== undefined });
      const findings = fileFindings(condition, cli.look.now);
      const isDamaged = stateOf(findings) === 'damaged';
      if (isDamaged && repair !== undefined) return mend(cli, condition, repair === true ? `${file}.repaired` : repair);
      if (isDamaged || condition.schemaVersion !== condition.knownSchemaVersion)
        return diagnose(cli, { condition, health: undefined, findings });
      const health = await cli.withFlow(async (flow) => flow.health()).catch(ifCorrupt);
      // What is damaged are values, which only a full check looks at.
      if (!health) {
        const checked = inspectDatabase(file, { full: true });
        return diagnose(cli, { condition: checked, health, findings: fileFindings(checked, cli.look.now) });
      }
      const unregistered = register ? await missing(health.versions, register) : [];
      const spelling: Spelling = { self: cli.self, app: app === undefined ? 'MODULE' : shellWord(app) };
      diagnose(cli, { condition, health, findings: [...findings, ...healthFindings(health, unregistered, spelling)] });
    });
}

function ifCorrupt(error: unknown): undefined {
  if (!(error instanceof DurableFlowError && error.code === 'DF_STORE_CORRUPT')) throw error;
}

/** Saves what can be read of a damaged file. */
async function mend(cli: Cli, condition: DatabaseCondition, target: string): Promise<void> {
  const { repairDatabase } = await import('../../sqlite/repair-database.js');
  const onProgress: RepairProgress = (what, done, of) => {
    if (done % 100 === 0) cli.progress(`${what} runs … ${done} of ${of}`);
  };
  const repair = orNothingSaved(() => repairDatabase(condition.file, target, onProgress));
  const commands = inPlace(condition, repair.file);
  const isWhole = repair.lost.length === 0 && repair.incomplete.length === 0;
  cli.report({
    data: { state: isWhole ? 'repaired' : 'repaired_in_part', file: condition, repair, commands },
    text: (look) => repairText(repair, commands, look),
    exit: isWhole ? 'ok' : 'waits',
  });
}

function orNothingSaved<T>(repair: () => T): T {
  try {
    return repair();
  } catch (cause) {
    if (!(cause instanceof DurableFlowError && cause.code === 'DF_STORE_CORRUPT')) throw cause;
    throw new CliError('CLI_NOTHING_SAVED', describeError(cause).what, { cause });
  }
}

/** The server executes what is left behind, so what stands still there is a matter between it and the workers. */
async function diagnoseServer(cli: Cli, register: RegisterApp | undefined): Promise<void> {
  cli.progress('asking the server …');
  const store = await openRestate(cli.file, cli.io);
  await cli.withFlow(
    async (flow) => {
      const condition = await store.condition();
      const health = flow.health();
      const unregistered = register ? await missing(health.versions, register) : [];
      const findings = [...restateFindings(condition), ...healthFindings(health, unregistered, { ...cli.caller, app: 'MODULE' })];
      const { failing: _failing, unreadable: _unreadable, ...server } = condition;
      cli.report({
        data: {
          state: stateOf(findings),
          server: { address: cli.file, ...server },
          owners: health.owners,
          versions: health.versions,
          findings,
        },
        text: (look) => serverText(cli.file, condition, health, findings, look),
        exit: exits[stateOf(findings)],
      });
    },
    executesByName,
    store,
  );
}

/** Registered with a flow in memory, so that the file is not touched. */
async function missing(versions: Health['versions'], register: RegisterApp): Promise<Health['versions']> {
  const { DurableFlow } = await import('../../durable-flow.js');
  const flow = await DurableFlow.open(':memory:', executesByName);
  try {
    await register(flow);
    return versions.filter(({ workflow, version }) => !flow.isRegistered(workflow, version));
  } finally {
    await flow.close();
  }
}

function diagnose(cli: Cli, diagnosis: Diagnosis): void {
  const { condition, health, findings } = diagnosis;
  cli.report({
    data: { state: stateOf(findings), file: condition, owners: health?.owners ?? [], versions: health?.versions ?? [], findings },
    text: (look) => doctorText(diagnosis, look),
    exit: exits[stateOf(findings)],
  });
}

const exits = { damaged: 'error', attention: 'waits', healthy: 'ok' } as const satisfies Record<string, Exit>;

function stateOf(findings: readonly Finding[]): keyof typeof exits {
  const severities = findings.map(({ severity }) => severity);
  if (severities.includes('damaged')) return 'damaged';
  return severities.includes('attention') ? 'attention' : 'healthy';
}
