import { appHelp, optionalAppOption } from '../app-option.js';
import { examples } from '../arguments.js';
import type { Cli } from '../cli.js';
import type { Exit } from '../exit-codes.js';
import { fileFindings, healthFindings, type Finding, type Spelling } from '../findings.js';
import { isRestate, openRestate } from '../restate-database.js';
import { restateFindings } from '../restate-findings.js';
import type { Health } from '../../index.js';
import { loadApp, type RegisterApp } from '../load-app.js';
import { shellWord } from '../next-steps.js';
import { doctorText, serverText, type Diagnosis } from '../render/doctor.js';
import { executesByName } from '../settle.js';

interface DoctorOptions {
  readonly app?: string;
  readonly full?: boolean;
}

/** `durableflow doctor` */
export function doctor(cli: Cli): void {
  cli.program
    .command('doctor')
    .helpGroup('Look:')
    .summary('Find what is wrong, and say what mends it.')
    .description(
      'Check the file and what stands still in it: damage, processes that are gone and the runs that they have left, runs that nobody takes up, effects in doubt, and what is overdue. It changes nothing. Exits with 0 if all is well, 3 if something needs attention, 1 if the file is damaged.',
    )
    .addOption(optionalAppOption('Tell also which versions this module does not register, though runs need them.'))
    .option('--full', 'Check the indexes against the tables as well; slow for a large file.')
    .addHelpText(
      'after',
      `${examples(
        ['doctor', 'after a crash, or every hour'],
        ['doctor --app ./app.ts', 'before a deployment: does the new code have the versions that runs need?'],
        ["doctor --json | jq -r '.findings[].commands[]'", 'what to type'],
      )}\n${appHelp}`,
    )
    .action(async ({ app, full = false }: DoctorOptions) => {
      const { file } = cli;
      const register = app === undefined ? undefined : await loadApp(app, cli.io);
      if (isRestate(file)) return diagnoseServer(cli, register);
      const { inspectDatabase } = await import('../../sqlite/inspect-database.js');
      cli.progress('checking the file …');
      const condition = inspectDatabase(file, { full });
      const findings = fileFindings(condition, cli.look.now);
      const isReadable = condition.damage.length === 0 && condition.schemaVersion === condition.knownSchemaVersion;
      if (!isReadable) return diagnose(cli, { condition, health: undefined, findings });
      const health = await cli.withFlow(async (flow) => flow.health());
      const unregistered = register ? await missing(health.versions, register) : [];
      const spelling: Spelling = { self: cli.self, app: app === undefined ? 'MODULE' : shellWord(app) };
      diagnose(cli, { condition, health, findings: [...findings, ...healthFindings(health, unregistered, spelling)] });
    });
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
