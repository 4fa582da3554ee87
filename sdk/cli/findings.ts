import type { Health } from '../index.js';
import type { DatabaseCondition } from '../sqlite/inspect-database.js';
import { onlyIndex } from '../sqlite/damaged-database.js';
import { resolveCommands, shellWord, type Caller } from './next-steps.js';
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
  const { damage, unfit, bytes: size, schemaVersion = 0, knownSchemaVersion, walBytes, budgets } = condition;
  const file = shellWord(condition.file);
  if (damage.length > 0) return [damageFinding(condition)];
  if (size === 0 && walBytes === 0) return [emptyFinding(file)];
  const { reservations = 0, reservedMicros = 0, oldestReservation } = budgets ?? {};
  return [
    ...when(unfit.length > 0, {
      severity: 'damaged',
      kind: 'values.damaged',
      what: `${count(unfit.length, 'run')} with values that are not what was written: ${some(unfit.map(({ runId, what }) => `${runId} (${what.join('; ')})`))}`,
      meaning:
        'Something has changed the file behind the back of SQLite. These runs stand still with DF_STORE_CORRUPT, and all others go on. Restore a backup; ' +
        'without one, have a file made without these runs.',
      commands: [repair(file)],
    }),
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

function damageFinding({ file, damage, cut, schemaVersion }: DatabaseCondition): Finding {
  const path = shellWord(file);
  const backup = 'Stop all processes that use the file, and restore a backup';
  const save = `${backup}; without one, save what can be read: a new file is made, this one is not touched, and the runs that are lost are named.`;
  const found = (finding: Omit<Finding, 'severity'>): Finding => ({ severity: 'damaged', ...finding });
  if (cut)
    return found({
      kind: 'file.cut',
      what: `the file is cut short: ${cut.pages} of ${cut.of} pages are there`,
      meaning: save,
      commands: [repair(path)],
    });
  if (schemaVersion === undefined)
    return found({
      kind: 'schema.damaged',
      what: `the file is damaged where it says what is in it: ${some(damage)}`,
      meaning: `Nothing can be read from it. ${backup}; without one, SQLite's own tool may find rows in what is left (that needs the sqlite3 of sqlite.org: some others are built without .recover).`,
      commands: [`sqlite3 ${path} .recover | sqlite3 ${shellWord(`${file}.recovered`)}`],
    });
  if (damage.every((line) => onlyIndex.test(line)))
    return found({
      kind: 'indexes.damaged',
      what: `indexes do not fit their tables: ${some(damage)}`,
      meaning:
        'What is recorded is all there, but some of it is not found. Stop all processes that use the file, and have it written anew, with new indexes.',
      commands: [repair(path)],
    });
  return found({
    kind: 'pages.damaged',
    what: `the file is damaged: ${some(damage)}`,
    meaning: `Some of what was recorded cannot be read. ${save}`,
    commands: [repair(path)],
  });
}

function emptyFinding(file: string): Finding {
  return {
    severity: 'attention',
    kind: 'file.empty',
    what: 'the file is empty',
    meaning:
      'The next process that opens it makes a new database here. If there were runs in it, something has emptied it: restore a backup first.',
    commands: [`durableflow --db ${file} runs`],
  };
}

/** How a repaired file takes the place of the damaged one, which is kept. */
export function inPlace({ file, walBytes }: DatabaseCondition, repaired: string): string[] {
  const move = (from: string, to: string) => `mv ${shellWord(from)} ${shellWord(to)}`;
  return [
    move(file, `${file}.damaged`),
    ...(walBytes > 0 ? [move(`${file}-wal`, `${file}.damaged-wal`)] : []),
    `rm -f ${shellWord(`${file}-shm`)}`,
    move(repaired, file),
  ];
}

const repair = (file: string) => `durableflow --db ${file} doctor --repair`;

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
        ...doubts.slice(0, most).flatMap((doubt) => resolveCommands(doubt.runId, doubt, self)),
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
