import { execFileSync } from 'node:child_process';
import { median, type Figure } from '../print-figures.js';

export const title =
  'Loading: a process that imports the package, compiled as it is published; the floor is a process that imports nothing';

interface Loaded {
  /** Milliseconds of the import. */
  readonly ms: number;
  readonly processorMs: number;
  /** Bytes of the process. */
  readonly resident: number;
}

const script = (what: string) => `
  const [begun, before] = [performance.now(), process.cpuUsage()];
  ${what}
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(JSON.stringify({ ms, processorMs: (user + system) / 1000, resident: process.memoryUsage().rss }));
`;

export async function measure({ rounds = 15 } = {}): Promise<readonly Figure[]> {
  const load = (specifier: string) => processWith(script(`await import('${import.meta.resolve(specifier)}');`));
  const bare = () => processWith(script(''));
  const found: Readonly<Record<'bare' | 'driver' | 'whole', Loaded[]>> = { bare: [], driver: [], whole: [] };
  for (let i = 0; i <= rounds; i++) {
    const round = { bare: bare(), driver: load('better-sqlite3'), whole: load('durableflow') };
    // The first one reads the files from the disk.
    if (i > 0) for (const name of ['bare', 'driver', 'whole'] as const) found[name].push(round[name]);
  }
  const of = (name: keyof typeof found, key: keyof Loaded) => median(found[name].map((one) => one[key]));
  const resident = (name: 'driver' | 'whole') => (of(name, 'resident') - of('bare', 'resident')) / 1e6;
  const milliseconds = (name: keyof typeof found) => ({
    figure: `${of(name, 'ms').toFixed(0)} ms`,
    processor: `${of(name, 'processorMs').toFixed(0)} ms`,
  });
  return [
    { what: `import 'durableflow'`, ...milliseconds('whole'), aim: '80 ms', reached: of('whole', 'ms') <= 80 },
    { what: '… better-sqlite3 alone', ...milliseconds('driver') },
    { what: 'memory of the import', figure: `${resident('whole').toFixed(1)} MB`, aim: '25 MB', reached: resident('whole') <= 25 },
    { what: '… memory of better-sqlite3 alone', figure: `${resident('driver').toFixed(1)} MB` },
  ];
}

function processWith(code: string): Loaded {
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  return JSON.parse(said) as Loaded;
}
