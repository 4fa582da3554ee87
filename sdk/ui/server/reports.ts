import { createHmac, randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ReportLine } from '../contract.js';

interface Kind {
  readonly kind: ReportLine['kind'];
  readonly page: string;
  readonly data: string;
  readonly title: (folder: string) => string;
}

/** What the readiness kit and Colony write into their folders. */
const kinds: readonly Kind[] = [
  { kind: 'readiness', page: 'readiness.html', data: 'readiness.json', title: (folder) => `Readiness${of(folder)}` },
  { kind: 'colony', page: 'colony.html', data: 'benchmark_result.json', title: (folder) => `Colony${of(folder)}` },
];

/** Larger pages are not ours. */
const largest = 64 * 1024 * 1024;

interface Found {
  readonly line: ReportLine;
  readonly file: string;
}

/** The reports that are in some folders. They are found anew at every look; an id names a file that was found, and is no path. */
export class Reports {
  readonly #folders: readonly string[];
  readonly #key = randomBytes(32);

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  list(): ReportLine[] {
    return this.#find()
      .map(({ line }) => line)
      .toSorted((a, b) => b.at.localeCompare(a.at));
  }

  /** The page of a report; undefined if there is none of this id. */
  page(id: string): string | undefined {
    const found = this.#find().find(({ line }) => line.id === id);
    return found && readFileSync(found.file, 'utf8');
  }

  #find(): Found[] {
    return this.#folders.flatMap(withColonies).flatMap((folder) => kinds.flatMap((kind) => this.#look(folder, kind)));
  }

  #look(folder: string, { kind, page, data, title }: Kind): Found[] {
    const file = join(folder, page);
    const stat = regularFile(folder, file);
    if (!stat || stat.size > largest) return [];
    const dataFile = join(folder, data);
    const verdict = regularFile(folder, dataFile) ? verdictIn(dataFile) : null;
    const id = createHmac('sha256', this.#key).update(file).digest('base64url').slice(0, 22);
    return [{ file, line: { id, kind, title: title(folder), verdict, at: stat.mtime.toISOString() } }];
  }
}

/** The folder, and those that the reporter of Vitest makes in it, one for each job. */
function withColonies(folder: string): string[] {
  const colonies = join(folder, 'colony');
  try {
    const jobs = readdirSync(colonies, { withFileTypes: true }).filter((it) => it.isDirectory());
    return [folder, ...jobs.map(({ name }) => join(colonies, name))];
  } catch {
    return [folder];
  }
}

/** The file itself, in this folder and nowhere else: no link leads out of it. */
function regularFile(folder: string, file: string) {
  try {
    const stat = lstatSync(file);
    return stat.isFile() && dirname(realpathSync(file)) === realpathSync(folder) ? stat : undefined;
  } catch {
    return undefined;
  }
}

/** A readiness report has its state at the top, a benchmark in its verdict. */
function verdictIn(file: string): string | null {
  try {
    const { state, verdict } = JSON.parse(readFileSync(file, 'utf8')) as { state?: unknown; verdict?: { state?: unknown } };
    const said = state ?? verdict?.state;
    return typeof said === 'string' && said.length < 40 ? said : null;
  } catch {
    return null;
  }
}

/** Folders that are hidden are named by where they stand. */
function of(folder: string): string {
  const name = basename(folder).startsWith('.') ? basename(dirname(folder)) : basename(folder);
  return name === '' ? '' : ` of ${name}`;
}
