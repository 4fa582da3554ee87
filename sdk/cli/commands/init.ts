import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { examples } from '../arguments.js';
import type { Cli } from '../cli.js';
import { CliError } from '../cli-error.js';
import type { InitPlan } from '../init/plan-init.js';
import type { Look } from '../render/look.js';
import { table } from '../render/table.js';

interface InitOptions {
  readonly class?: string;
  readonly dryRun?: true;
  readonly install: boolean;
}

/** `durableflow init` */
export function init(cli: Cli): void {
  cli.program
    .command('init')
    .helpGroup('Set up:')
    .summary('Add a first readiness suite to a project.')
    .description(
      'Add to an existing project what its first verdict needs: the Vitest plugin in a configuration that is new or yours, a suite for a class of yours or for a sample agent, a script "readiness", and the packages. Files that are there are not overwritten; a second call changes nothing.',
    )
    .argument('[folder]', 'The folder of the project.', '.')
    .option('--class <file#Class>', 'The workflow class to try; a sample agent is written if absent.')
    .option('--dry-run', 'Only say what would be done.')
    .option('--no-install', 'Do not install packages; name them.')
    .addHelpText(
      'after',
      examples(
        ['init', 'begin with a sample agent, ready to run'],
        ['init --class src/refunds.ts', 'a suite for the workflow class in this file'],
        ['init --class src/refunds.ts#Refunds --dry-run', 'see beforehand what would be written'],
      ),
    )
    .action((folder: string, options: InitOptions) => setUp(cli, resolve(folder), options));
}

async function setUp(cli: Cli, folder: string, { class: named, dryRun, install }: InitOptions): Promise<void> {
  const { readProject } = await import('../init/project.js');
  const { planInit } = await import('../init/plan-init.js');
  const { detectPackageManager } = await import('nypm');
  const plan = planInit(readProject(folder), named);
  const manager = (await detectPackageManager(folder, { includeParentDirs: true, ignoreArgv: true }))?.name ?? 'npm';
  if (!dryRun) {
    for (const change of plan.changes) {
      if (change.how !== 'new' && change.how !== 'changed') continue;
      mkdirSync(dirname(join(folder, change.file)), { recursive: true });
      writeFileSync(join(folder, change.file), change.text);
    }
    if (install) await installPackages(cli, folder, manager, plan);
  }
  const installed = install && !dryRun;
  cli.report({
    data: {
      ...plan,
      changes: plan.changes.map(({ file, how, note }) => ({ file, how, note })),
      manager,
      dryRun: dryRun === true,
      installed,
    },
    text: (look) => summary(plan, manager, installed, look),
  });
}

async function installPackages(cli: Cli, folder: string, manager: string, { packages }: InitPlan): Promise<void> {
  const { addDependency } = await import('nypm');
  for (const [names, dev] of [
    [packages.dependencies, false],
    [packages.devDependencies, true],
  ] as const) {
    if (names.length === 0) continue;
    cli.progress(`${manager} installs ${names.join(' ')} …`);
    try {
      await addDependency([...names], { cwd: folder, packageManager: manager as 'npm', dev, silent: true });
    } catch (cause) {
      throw new CliError('CLI_INSTALL_FAILED', `${manager} could not install ${names.join(' ')}: ${(cause as Error).message}`, { cause });
    }
  }
}

function summary(plan: InitPlan, manager: string, installed: boolean, look: Look): string {
  const { colors } = look;
  const { dependencies, devDependencies } = plan.packages;
  const marks = {
    new: colors.green('new'),
    changed: colors.green('changed'),
    kept: colors.dim('kept'),
    'by hand': colors.yellow('by hand'),
  };
  const rows = plan.changes.map(({ file, how, note }) => [marks[how], file, note]);
  const packages = [...dependencies, ...devDependencies].map((name) => [
    installed ? colors.green('installed') : colors.yellow('to install'),
    name,
    '',
  ]);
  const run = manager === 'npm' ? 'npm run readiness' : `${manager} readiness`;
  const next = [
    ...(installed || packages.length === 0
      ? []
      : [
          ...(dependencies.length > 0 ? [`${manager} ${manager === 'npm' ? 'install' : 'add'} ${dependencies.join(' ')}`] : []),
          ...(devDependencies.length > 0 ? [`${manager} ${manager === 'npm' ? 'install' : 'add'} -D ${devDependencies.join(' ')}`] : []),
        ]),
    run,
  ];
  const columns = [{ head: '' }, { head: '' }, { head: '', wraps: true }];
  return [table(columns, [...rows, ...packages], look).trimStart(), '', colors.bold('Next'), ...next.map((line) => `  ${line}`)].join('\n');
}
