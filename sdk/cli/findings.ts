import type { Health } from '../index.js';
import type { DatabaseCondition } from '../sqlite/inspect-database.js';
import { shellWord, type Caller } from './next-steps.js';
import { bytes } from './render/bytes.js';

/** Something that the doctor has found. A `note` asks nobody to do anything. */
export interface Finding {
  readonly severity: 'damaged' | 'attention' | 'note';
  /** Names the kind of finding, for scripts. */
  readonly kind: string;
  readonly what: string;
  readonly meaning: string;
  /** The commands that mend it. */
  readonly commands: readonly string[];
}

/** How the commands of findings are written. */
export interface Spelling extends Caller {
  /** The module given with --app, or a word that stands for it. */
  readonly app: string;
}

/** A larger write-ahead log is not put into the file any more, because somebody keeps reading an old state of it. */
const largeLog = 64 * 1024 * 1024;
/** Money is set aside for the length of one call to a model. */
const longReserved = 60 * 60 * 1000;
/** Commands and ids that are listed of one kind; the others are counted. */
const most = 5;

/** What is wrong with the file itself. */
export function fileFindings(condition: DatabaseCondition, now: Date): Finding[] {
  const { damage, schemaVersion = 0, knownSchemaVersion, walBytes, budgets } = condition;
  const file = shellWord(condition.file);
  if (damage.length > 0) return [damageFinding(condition)];
  const { reservations = 0, reservedMicros = 0, oldestReservation } = budgets ?? {};
  return [
    ...when(schemaVersion < knownSchemaVersion, {
      severity: 'attention',
      kind: 'schema.older',
      what: `the schema of the file is version ${schemaVersion}, and this durableflow makes version ${knownSchemaVersion}`,
      meaning: 'The next process of this version that opens the file migrates it, and older ones refuse it then. Keep a copy.',
      commands: [`durableflow --db ${file} runs`],
    }),
    ...when(walBytes > largeLog, {
      severity: 'attention',
      kind: 'log.large',
      what: `the write-ahead log has ${bytes(walBytes)}`,
      meaning: 'A connection that reads for a long time keeps it from being put into the file. Reads become slow, and the disk fills.',
      commands: [`sqlite3 ${file} 'PRAGMA wal_checkpoint(TRUNCATE)'`],
    }),
    ...when(oldestReservation !== undefined && now.getTime() - oldestReservation.getTime() > longReserved, {
      severity: 'note',
      kind: 'budget.reserved',
      what: `${count(reservations, 'reservation')} of ${(reservedMicros / 1e6).toFixed(2)} US dollars in all, the oldest of ${oldestReservation?.toISOString()}`,
      meaning: 'A process died in a call to a model. What the call has cost is not known, so its budget counts the worst case, for good.',
      commands: [],
    }),
  ];
}

function damageFinding({ file, walBytes, damage }: DatabaseCondition): Finding {
  const kept = (suffix: string) => `cp ${shellWord(file + suffix)} ${shellWord(`${file}.damaged${suffix}`)}`;
  const recovered = shellWord(`${file}.recovered`);
  return {
    severity: 'damaged',
    kind: 'damage',
    what: `the file is damaged: ${some(damage)}`,
    meaning:
      'Some of what was recorded cannot be read. Stop all processes that use the file, keep a copy of it, and restore a backup; without one, ' +
      'save what can be read (that needs the sqlite3 of sqlite.org: some others are built without .recover).',
    commands: [kept(''), ...(walBytes > 0 ? [kept('-wal')] : []), `sqlite3 ${shellWord(file)} .recover | sqlite3 ${recovered}`],
  };
}

/** What needs an operator. `unregistered` are the needed versions that the module given with --app does not register. */
export function healthFindings(health: Health, unregistered: Health['versions'], { self, app, onServer = false }: Spelling): Finding[] {
  const { owners, diverged, doubts, overdueApprovals, overdueSchedules } = health;
  // A server hands what a worker has left behind to another one, by itself.
  const { leftBehind, stuck } = onServer ? { leftBehind: [], stuck: [] } : health;
  const recover = onServer ? [] : [`${self} recover --app ${app}`];
  const gone = owners.filter(({ state }) => state !== 'alive');
  const attention = (kind: string, on: readonly unknown[], rest: Pick<Finding, 'what' | 'meaning' | 'commands'>) =>
    when(on.length > 0, { severity: 'attention', kind, ...rest });
  return [
    ...attention('runs.left_behind', leftBehind, {
      what: `${count(leftBehind.length, 'run')} left behind by processes that are gone: ${some(ids(leftBehind))}`,
      meaning: 'They go on as soon as a process that has registered their class finds them.',
      commands: recover,
    }),
    ...when(gone.length > 0 && leftBehind.length === 0, {
      severity: 'note',
      kind: 'owners.gone',
      what: `${count(gone.length, 'process', 'processes')} gone without a word: ${some(gone.map(({ pid, state }) => `pid ${pid} (${state})`))}`,
      meaning: 'They have left no run behind. The next process that executes runs forgets the dead ones.',
      commands: [],
    }),
    ...attention('runs.stuck', stuck, {
      what: `${count(stuck.length, 'run')} could go on, and no process takes them up: ${some(ids(stuck))}`,
      meaning: 'No process that is alive has registered their class and version, or all that have are full.',
      commands: recover,
    }),
    ...attention('versions.unregistered', unregistered, {
      what: `not registered by ${app}: ${some(unregistered.map(({ workflow, version, runs }) => `${workflow} v${version} (${count(runs, 'run')})`))}`,
      meaning: 'Runs are pinned to their version. They stay where they are until a process registers the class that they began with.',
      commands: onServer ? [] : [`${self} recover --app MODULE`],
    }),
    ...attention('effects.in_doubt', doubts, {
      what: `${count(doubts.length, 'effect')} in doubt: ${some(doubts.map(({ runId, call, method }) => `${method} (call ${call} of ${runId})`))}`,
      meaning:
        'The process died in the middle of them, or the call failed without an answer. Look at the outside world for the key, and say whether they have happened.',
      commands: [
        ...doubts.slice(0, most).flatMap(({ runId, call }) => {
          const resolve = `${self} resolve ${shellWord(runId)} ${call}`;
          return [`${resolve} --happened --value JSON`, `${resolve} --did-not-happen`];
        }),
        ...(doubts.length > most ? [`${self} runs --status in_doubt`] : []),
      ],
    }),
    ...attention('approvals.overdue', overdueApprovals, {
      what: `${count(overdueApprovals.length, 'approval')} expired unnoticed: ${some(overdueApprovals.map(({ id, runId }) => `#${id} of ${runId}`))}`,
      meaning: 'Nobody has decided in time, and no process has told the runs so. They can not be decided any more.',
      commands: recover,
    }),
    ...attention('schedules.overdue', overdueSchedules, {
      what: `${count(overdueSchedules.length, 'schedule')} overdue: ${some(overdueSchedules.map(({ id, dueAt }) => `${id} (${dueAt.toISOString()})`))}`,
      meaning:
        'No process that has registered their workflow is alive. When one comes, it starts one run for all the moments that were missed.',
      commands: recover.map((command) => `${command} --watch`),
    }),
    ...attention('runs.diverged', diverged, {
      what: `${count(diverged.length, 'run')} diverged: ${some(ids(diverged))}`,
      meaning: 'Their code asked for something else than it did before. Restore the code of their version, then resume them.',
      commands: diverged.slice(0, most).map(({ id }) => `${self} resume ${shellWord(id)}${onServer ? '' : ` --app ${app}`}`),
    }),
  ];
}

const when = (condition: boolean, finding: Finding): Finding[] => (condition ? [finding] : []);

const ids = (runs: readonly { readonly id: string }[]) => runs.map(({ id }) => id);

function some(items: readonly string[]): string {
  const rest = items.length - most;
  return items.slice(0, most).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

export const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
