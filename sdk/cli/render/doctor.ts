import type { Health } from '../../index.js';
import type { DatabaseCondition } from '../../sqlite/inspect-database.js';
import type { RestateCondition } from '../../restate/connection.js';
import type { Repair } from '../../sqlite/repair-database.js';
import { count, type Finding } from '../findings.js';
import { bytes } from './bytes.js';
import { fields, indent } from './fields.js';
import type { Look } from './look.js';
import { plain } from './plain.js';
import { relativeTime } from './time.js';

/** What the doctor tells; the health of the runs is absent if the file cannot be read. */
export interface Diagnosis {
  readonly condition: DatabaseCondition;
  readonly health: Health | undefined;
  readonly findings: readonly Finding[];
}

/** The state of the file and of the processes, then each finding with what it means and what mends it. */
export function doctorText({ condition, health, findings }: Diagnosis, look: Look): string {
  return [fields([...fileFields(condition), ...healthFields(health, look)], look), ...findings.map((it) => findingText(it, look)), verdict(findings, look)].join('\n\n'); // prettier-ignore
}

/** What was saved, what was lost, and how the new file is put in place. */
export function repairText({ file, runs, lost, incomplete }: Repair, commands: readonly string[], look: Look): string {
  const lostRun = ({ id, why, effects }: Repair['lost'][number]) => {
    const made = effects.map(({ method, key, state }) => `${method} ${key} (${state})`).join(', ');
    return plain(
      `${id ?? 'a run whose id cannot be read'}: ${why.join('; ')}${made && `. Its effects, which nobody knows of any more: ${made}`}`,
    );
  };
  const told: Field[] = [
    ['saved', `${count(runs, 'run')}, each of them whole, in ${plain(file)}`],
    ['lost', lost.length > 0 ? lost.map(lostRun) : 'no run'],
    [
      'incomplete',
      incomplete.length > 0 ? incomplete.map((table) => `the table ${plain(table)} may lack rows that cannot be named`) : undefined,
    ],
  ];
  const steps = commands.map((command) => look.colors.cyan(plain(command))).join('\n');
  return `${fields(told, look)}\n\nPut it in place while all processes are stopped:\n${indent(steps, 2)}`;
}

/** The state of a Restate server and of its workers, then each finding. */
export function serverText(address: string, condition: RestateCondition, health: Health, findings: readonly Finding[], look: Look): string {
  const { version, deployments } = condition;
  const workers = deployments.map(({ uri, services }) => `${plain(uri)}: ${services.map(plain).toSorted().join(', ')}`);
  const own: Field[] = [
    ['server', `Restate ${plain(version)} at ${plain(address)}`],
    ['workers', workers.length > 0 ? workers : 'none is registered'],
    ['durability', 'what the server is set to: its own log, on one node or replicated'],
  ];
  return [fields([...own, openRuns(health)], look), ...findings.map((it) => findingText(it, look)), verdict(findings, look)].join('\n\n'); // prettier-ignore
}

type Field = readonly [name: string, value: string | readonly string[] | undefined];

function fileFields({
  file,
  bytes: size,
  walBytes,
  damage,
  schemaVersion,
  knownSchemaVersion,
  journalMode,
  budgets,
}: DatabaseCondition): Field[] {
  const known = schemaVersion === knownSchemaVersion ? '' : `, this durableflow makes ${knownSchemaVersion}`;
  const unreadable = 'cannot be read';
  return [
    ['file', `${plain(file)}, ${bytes(size)}, write-ahead log ${bytes(walBytes)}`],
    ['check', damage.length === 0 ? 'sound' : damage.map(plain)],
    ['schema', schemaVersion === undefined ? unreadable : `version ${schemaVersion}${known}`],
    ['durability', journalMode === undefined ? unreadable : `journal ${plain(journalMode)}; each process chooses what its commits survive, power loss by default`],
    ['budgets', budgets && budgets.scopes > 0 ? `${budgets.scopes} scopes, ${budgets.reservations} reservations open` : undefined],
  ]; // prettier-ignore
}

function healthFields(health: Health | undefined, { colors, now }: Look): Field[] {
  if (!health) return [];
  const paint = { alive: colors.green, dead: colors.red, expired: colors.yellow };
  const owners = health.owners.map(({ pid, host, state, runs, expiresAt }) => {
    const lease = state === 'dead' ? '' : `, lease ${expiresAt > now ? 'ends' : 'ended'} ${relativeTime(expiresAt, now)}`;
    return `${paint[state](state)} pid ${pid} on ${plain(host.split('/')[0]!)}: ${runs} runs${lease}`;
  });
  return [['processes', owners.length > 0 ? owners : 'none that executes runs'], openRuns(health)];
}

function openRuns({ versions }: Health): Field {
  const needs = versions.map(({ workflow, version, runs }) => plain(`${workflow} v${version}: ${runs}`));
  return ['open runs', needs.length > 0 ? needs : 'none'];
}

function findingText({ severity, what, meaning, commands }: Finding, { colors }: Look): string {
  const paint = { damaged: colors.red, attention: colors.yellow, note: colors.cyan }[severity];
  const lines = [meaning, ...commands.map((command) => colors.cyan(plain(command)))];
  return `${paint(severity)} ${plain(what)}\n${indent(lines.join('\n'), 2)}`;
}

function verdict(findings: readonly Finding[], { colors }: Look): string {
  const serious = findings.filter(({ severity }) => severity !== 'note').length;
  if (serious === 0) return colors.green('Healthy.');
  return serious === 1 ? 'One finding needs attention.' : `${serious} findings need attention.`;
}
