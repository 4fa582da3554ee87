import type { PlannerConfig } from '../../planner/config/planner-config.js';
import type { ServedRequest } from '../../planner/proxy/proxy-app.js';
import { examples, portNumber } from '../arguments.js';
import type { Cli } from '../cli.js';
import { CliError } from '../cli-error.js';
import { budgetsText, clientText, requestText, targetsText, type TargetCondition } from '../render/proxy.js';

interface ProxyOptions {
  readonly config: string;
  readonly host?: string;
  readonly port?: number;
  readonly file: string;
  readonly tokenEnv?: string;
  readonly check?: true;
  readonly quiet?: true;
}

/** Requests under way may take so long to end when the proxy is asked to stop. */
const graceMs = 10_000;

/** `durableflow proxy --config FILE` */
export function proxy(cli: Cli): void {
  cli.program
    .command('proxy')
    .helpGroup('Serve:')
    .summary('The target planner as an OpenAI API that stays inside its budget.')
    .description(
      'Serve the models of a configuration as one OpenAI API. Each request says what it may cost, how long it may take and where it may go; the planner picks the target, asks the next one where a check fails, and keeps to its budgets. Stays until SIGINT or SIGTERM, then lets requests end; the second signal ends it at once.',
    )
    .requiredOption('--config <file>', 'The targets, budgets and settings, in YAML.')
    .option('--port <n>', 'Instead of the configured one; 0 for any that is free.', portNumber)
    .option('--host <address>', 'Instead of the configured one. Any other than a loopback address needs a token.')
    .option('--file <file>', 'Where runs, budgets and what was learned are kept; it is made if there is none.', 'planner.db')
    .option('--token-env <name>', 'The environment variable with the token that clients give as their API key.')
    .option('--check', 'Only check the configuration, and ask the targets whether they are there.')
    .option('--quiet', 'No line for each request.')
    .addHelpText(
      'after',
      examples(
        ['proxy --config targets.yaml --check', 'is all as it should be?'],
        ['proxy --config targets.yaml', 'serve'],
        ['--db planner.db trace REQUEST', 'why it was answered as it was'],
      ),
    )
    .action((options: ProxyOptions) => (options.check ? check(cli, options) : serve(cli, options)));
}

async function check(cli: Cli, options: ProxyOptions): Promise<void> {
  const config = await configOf(options);
  const conditions = await conditionsOf(cli, config);
  const well = conditions.every(({ target, answers, keyMissing }) => !target.enabled || (!keyMissing && answers !== false));
  cli.report({
    data: { targets: conditions.map(({ target, ...rest }) => ({ id: target.id, ...rest })), budgets: config.budgets },
    text: (look) => [targetsText(conditions, look), budgetsText(config, look), `\n${options.config} is sound.`].filter(Boolean).join('\n'),
    exit: well ? 'ok' : 'waits',
  });
}

async function serve(cli: Cli, options: ProxyOptions): Promise<void> {
  const config = await configOf(options);
  const { host = config.proxy.host, port = config.proxy.port, tokenEnv = config.proxy.tokenEnv, file, quiet } = options;
  const token = tokenOf(cli, tokenEnv);
  const { Planner } = await import('../../planner/planner.js');
  const { startProxy } = await import('../../planner/proxy/start-proxy.js');
  const { traceHtml } = await import('../../planner/trace/trace-html.js');
  const { assertGuarded } = await import('../../planner/proxy/access.js');
  assertGuarded(host, token);
  const stopped = cli.io.stopped();
  const conditions = await conditionsOf(cli, config);
  await using planner = await Planner.open({ config, file, probeIntervalMs: config.proxy.probeIntervalMs });
  await using running = await startProxy(planner, {
    host,
    port,
    ...(token !== undefined && { token }),
    maxBodyBytes: config.proxy.maxBodyBytes,
    page: traceHtml,
    onRequest: (served) => told(cli, served, quiet === true),
  });
  const { url } = running;
  cli.stream({
    data: { listening: true, url, file },
    text: (look) =>
      [
        `${look.colors.bold('The target planner')} listens on ${look.colors.bold(url)}; what it does is on record in ${file}.\n`,
        targetsText(conditions, look),
        budgetsText(config, look),
        `\n${clientText(url, tokenEnv, look)}`,
        look.colors.dim('Stop with Ctrl-C.\n'),
      ]
        .filter(Boolean)
        .join('\n'),
  });
  await stopped;
  cli.progress('finishing what is under way …');
  await running.stop({ graceMs });
  await planner.close();
  cli.stream({ data: { stopped: true }, text: () => 'Stopped; all is on record.' });
}

function told(cli: Cli, served: ServedRequest, quiet: boolean): void {
  const { fault, ...entry } = served;
  // A fault of ours is told in any case: the client was told nothing of it.
  if (fault !== undefined) cli.warn(fault);
  // Whoever looks whether it is there looks every few seconds.
  if (!quiet && served.path !== '/healthz')
    cli.stream({ data: { request: entry }, text: (look) => requestText(served, { ...look, now: cli.io.now() }) });
}

async function configOf({ config }: ProxyOptions): Promise<PlannerConfig> {
  const { readConfig } = await import('../../planner/config/read-config.js');
  return readConfig(config);
}

function tokenOf(cli: Cli, tokenEnv: string | undefined): string | undefined {
  if (tokenEnv === undefined) return undefined;
  const token = cli.io.env[tokenEnv];
  if (token) return token;
  throw new CliError('CLI_USAGE', `${tokenEnv} is to hold the token, and it is not set`, { fix: `Set it: export ${tokenEnv}=…` });
}

async function conditionsOf(cli: Cli, { targets }: PlannerConfig): Promise<TargetCondition[]> {
  const { probeTarget } = await import('../../planner/health/probe-target.js');
  return Promise.all(
    targets.map(async (target) => {
      const keyMissing = target.apiKeyEnv !== undefined && !cli.io.env[target.apiKeyEnv];
      const answers = target.enabled && !keyMissing ? await probeTarget(target) : undefined;
      return { target, answers, keyMissing };
    }),
  );
}
