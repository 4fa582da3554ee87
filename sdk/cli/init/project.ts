import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CliError } from '../cli-error.js';

interface PackageJson {
  readonly name?: string;
  readonly type?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly jest?: unknown;
}

/** The project to which a suite is added. */
export interface Project {
  readonly folder: string;
  readonly package: PackageJson;
  readonly language: 'ts' | 'js';
  /** Jest runs its tests; they are none of Vitest's. */
  readonly jest: boolean;
  /** Its Vitest configuration, or the Vite configuration that holds one. */
  readonly vitestConfig?: string;
  /** A Vite configuration for the application alone. */
  readonly viteConfig?: string;
  /** Where sources are: `src`, or the folder itself. */
  readonly sources: string;
  /** Where tests are, if they have a folder of their own. */
  readonly tests?: string;
}

/**
 * Reads what kind of project is in a folder.
 *
 * @throws {@link CliError} `CLI_NO_PROJECT` if it has no `package.json`, or one that is no JSON.
 */
export function readProject(folder: string): Project {
  const manifest = packageJson(folder);
  const files = readdirSync(folder);
  const config = (name: string) => files.find((file) => new RegExp(`^${name}\\.config\\.[cm]?[jt]s$`).test(file));
  const vite = config('vite');
  const vitest = config('vitest') ?? (vite && /\btest\s*:/.test(readFileSync(join(folder, vite), 'utf8')) ? vite : undefined);
  const tests = ['test', 'tests'].find((name) => existsSync(join(folder, name)));
  return {
    folder,
    package: manifest,
    language: files.some((file) => /^tsconfig(\..+)?\.json$/.test(file)) || hasPackage(manifest, 'typescript') ? 'ts' : 'js',
    jest: manifest.jest !== undefined || config('jest') !== undefined || hasPackage(manifest, 'jest'),
    sources: existsSync(join(folder, 'src')) ? 'src' : '.',
    ...(vitest && { vitestConfig: vitest }),
    ...(vite && vite !== vitest && { viteConfig: vite }),
    ...(tests && { tests }),
  };
}

export function hasPackage({ dependencies, devDependencies }: PackageJson, name: string): boolean {
  return name in { ...dependencies, ...devDependencies };
}

function packageJson(folder: string): PackageJson {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
  } catch (cause) {
    const what =
      (cause as NodeJS.ErrnoException).code === 'ENOENT'
        ? `there is no package.json in ${basename(folder)}`
        : `package.json in ${basename(folder)} cannot be read: ${(cause as Error).message}`;
    throw new CliError('CLI_NO_PROJECT', what, { cause });
  }
}
