import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Randomness } from './randomness.js';

/** The bytes of a database and of its write-ahead log. */
export interface FileImage {
  readonly database: Buffer;
  readonly log: Buffer;
}

const logOf = (file: string) => `${file}-wal`;

export const readImage = (file: string): FileImage => ({
  database: readFileSync(file),
  log: existsSync(logOf(file)) ? readFileSync(logOf(file)) : Buffer.alloc(0),
});

export function writeImage(file: string, { database, log }: FileImage): void {
  writeFileSync(file, database);
  writeFileSync(logOf(file), log);
}

/** What disks write in one piece, in bytes. */
const sector = 512;

/**
 * What a loss of power leaves. What was `synced` is there; of what was written to the log since, each sector may be lost, for `lost` of a hundred
 * are, and behind it are `torn` bytes of something else.
 */
export function afterPowerLoss(synced: FileImage, written: FileImage, lost: number, torn: number, random: Randomness): FileImage {
  // A log that was begun anew is one whose frames are in the database, which was synced before.
  const isSameLog = synced.log.subarray(0, logHeader).equals(written.log.subarray(0, logHeader));
  const from = isSameLog ? endOfLog(synced.log) : 0;
  const to = endOfLog(written.log);
  const log = Buffer.alloc(to + torn);
  written.log.copy(log, 0, 0, to);
  for (let at = from; at < to; at = nextSector(at)) {
    if (!random.chance(lost / 100)) continue;
    const end = Math.min(nextSector(at), to);
    log.fill(0, at, end);
    // What was there before.
    log.set(synced.log.subarray(at, end), at);
  }
  for (let at = to; at < log.length; at++) log[at] = random.below(256);
  return { database: isSameLog ? synced.database : written.database, log };
}

const nextSector = (at: number) => (Math.floor(at / sector) + 1) * sector;

// https://www.sqlite.org/fileformat2.html#the_write_ahead_log
const logHeader = 32;
const frameHeader = 24;

/** Where the last commit of a log ends. What comes after it is left from before the log was begun anew. */
function endOfLog(log: Buffer): number {
  if (log.length < logHeader) return 0;
  const frame = frameHeader + log.readUInt32BE(8);
  let end = logHeader;
  for (let at = logHeader; at + frame <= log.length; at += frame) {
    const hasSalt = log.compare(log, 16, 24, at + 8, at + 16) === 0;
    if (!hasSalt) break;
    const endsCommit = log.readUInt32BE(at + 4) !== 0;
    if (endsCommit) end = at + frame;
  }
  return end;
}
