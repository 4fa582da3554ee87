import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What a process has done to the files of a folder, as the system was asked for it. `file` is the name in the folder. */
export type Operation =
  | { readonly kind: 'create' | 'remove' | 'sync'; readonly file: string }
  | { readonly kind: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: string; readonly size: number }
  /** The names of all files are on disk. */
  | { readonly kind: 'sync-folder' };

const calls = ['openat', 'write', 'pwrite64', 'fsync', 'fdatasync', 'ftruncate', 'unlink', 'rename'];

/** Whether processes may be traced here: it takes strace, and a system that allows it. */
export const canTrace = () => spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

/** Has the command executed, and says in which order it has written, and asked for what to be on disk. */
export function tracedWrites(folder: string, traces: string, command: readonly string[]): Operation[] {
  mkdirSync(traces);
  const options = ['-ff', '-o', join(traces, 'trace'), '-xx', '-y', '-s', '1000000', '-e', `trace=${calls.join(',')}`];
  const { status, stderr } = spawnSync('strace', [...options, ...command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the traced process has failed: ${stderr}`);
  const text = (name: string) => readFileSync(join(traces, name), 'utf8');
  // One thread has the database.
  const [main] = readdirSync(traces).map(text).filter((trace) => trace.includes(asHex('app.db-wal'))); // prettier-ignore
  return main!.split('\n').flatMap((line) => operationOf(line, folder) ?? []);
}

const asHex = (text: string) => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');

const unescaped = (text: string) => Buffer.from(text.replaceAll('\\x', ''), 'hex');

function operationOf(line: string, folder: string): Operation | undefined {
  const [, call, args = '', result = ''] = /^(\w+)\((.*)\)\s+= (-?\d+)/s.exec(line) ?? [];
  if (!call || result.startsWith('-')) return undefined;
  const paths = [...args.matchAll(/[<"]((?:\\x[0-9a-f]{2})+)[>"]/g)].map(([, path]) => unescaped(path!).toString());
  // What is opened is named last, behind the folder that the name is relative to.
  const path = call === 'openat' ? paths.find((it) => it.startsWith(folder)) : paths[0];
  if (path === undefined || !path.startsWith(folder)) return undefined;
  if (path === folder) return call === 'fsync' || call === 'fdatasync' ? { kind: 'sync-folder' } : undefined;
  const file = basename(path);
  switch (call) {
    case 'openat':
      return args.includes('O_CREAT') ? { kind: 'create', file } : undefined;
    case 'unlink':
      return { kind: 'remove', file };
    case 'fsync':
    case 'fdatasync':
      return { kind: 'sync', file };
    case 'ftruncate':
      return { kind: 'truncate', file, size: Number(args.split(', ').at(-1)) };
    case 'write':
    case 'pwrite64': {
      const bytes = unescaped(/"([^"]*)"/.exec(args)![1]!);
      return { kind: 'write', file, at: call === 'write' ? NaN : Number(args.split(', ').at(-1)), bytes };
    }
    default:
      throw new Error(`${call} was not expected of SQLite: ${line.slice(0, 200)}`);
  }
}
