import { constants, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import Database, { type Database as Connection } from 'better-sqlite3';
import { DurableFlowError } from '../errors/index.js';
import { DamagedDatabase } from './damaged-database.js';
import { checkFile, checkOrigin, createTables, migrate } from './open-database.js';
import { RunCheck } from './run-check.js';
import { Salvage, type LostRun } from './salvage.js';
import { sqliteError } from './sqlite-error.js';
import { tablesOf } from './tables.js';

/** What was saved of a damaged file. */
export interface Repair {
  /** The new file. */
  readonly file: string;
  /** How many runs are in it, each of them whole. */
  readonly runs: number;
  readonly lost: readonly LostRun[];
  /** Tables that may lack rows of which nothing is left, or which belong to no run. */
  readonly incomplete: readonly string[];
}

/** What happens meanwhile: `done` of `of` runs. */
export type RepairProgress = (what: 'reading' | 'checking', done: number, of: number) => void;

/**
 * Makes a new file of what can be read in a damaged one, which is not touched. A run of which a part is known to be missing is left out: one that went
 * on without some of them would do again what it has done. Indexes are made anew. Throws `DF_STORE_CORRUPT` if nothing can be read.
 */
export function repairDatabase(file: string, target: string, onProgress: RepairProgress = () => {}): Repair {
  checkFile(file);
  if (existsSync(target)) throw new DurableFlowError('DF_INVALID_INPUT', `${target} exists already, and a repair overwrites nothing`);
  const [copy, unfinished] = [`${target}.source`, `${target}.unfinished`];
  let source: Connection | undefined;
  let made: Connection | undefined;
  try {
    for (const it of [copy, unfinished]) remove(it);
    // SQLite puts the log into the file that it opens.
    for (const suffix of ['', '-wal'])
      if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix, constants.COPYFILE_FICLONE);
    source = openDamaged(copy);
    checkOrigin(source, file);
    made = createTables(unfinished, source.pragma('user_version', { simple: true }) as number);
    const repair = fill(made, new DamagedDatabase(source), onProgress);
    made.close();
    renameSync(unfinished, target);
    return { file: target, ...repair };
  } catch (error) {
    const coded = sqliteError(error, file);
    if (!(coded instanceof DurableFlowError && coded.code === 'DF_STORE_CORRUPT')) throw coded;
    throw new DurableFlowError(
      'DF_STORE_CORRUPT',
      `nothing of ${file} can be saved, so only a backup helps (${(error as Error).message})`,
      {
        details: coded.details,
        cause: error,
      },
    );
  } finally {
    source?.close();
    made?.close();
    for (const it of [copy, unfinished]) remove(it);
  }
}

/** A file that is cut short, or whose schema is damaged in part, is read for as far as it goes. */
function openDamaged(file: string): Connection {
  const db = new Database(file);
  db.unsafeMode();
  db.pragma('writable_schema = ON');
  return db;
}

function remove(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
}

function fill(db: Connection, damaged: DamagedDatabase, onProgress: RepairProgress): Omit<Repair, 'file'> {
  const salvage = new Salvage(damaged, db);
  const lost = salvage.copyRuns((done, of) => onProgress('reading', done, of));
  const incomplete = salvage.copyTables();
  migrate(db);
  const unfit = dropUnfit(db, (done, of) => onProgress('checking', done, of));
  if (lost.length + unfit.length > 0) letParentsLook(db);
  const { runs } = db.prepare('SELECT count(*) AS runs FROM runs').get() as { runs: number };
  return { runs, lost: [...lost, ...unfit], incomplete };
}

/** Deletes the runs whose records are there and are not what was written. */
function dropUnfit(db: Connection, onProgress: (done: number, of: number) => void): LostRun[] {
  const lost: LostRun[] = [];
  const check = new RunCheck(db);
  const { archive, effects } = tablesOf(db);
  const runs = db.prepare('SELECT row, id FROM runs ORDER BY row').all() as { row: number; id: string }[];
  db.transaction(() => {
    for (const [index, { row, id }] of runs.entries()) {
      const why = check.of(row);
      if (why.length > 0) {
        lost.push({ id, why, effects: effects.ofRun(row).map(({ method, key, state }) => ({ method, key, state })) });
        archive.remove(id);
      }
      onProgress(index + 1, runs.length);
    }
  })();
  return lost;
}

/** A child that is lost will wake nobody, so its parent asks for it again. */
function letParentsLook(db: Connection): void {
  db.exec(
    `UPDATE runs SET status = 'pending', wake_at = NULL WHERE status = 'waiting' AND row IN (SELECT run FROM waits WHERE name LIKE 'child:%')`,
  );
}
