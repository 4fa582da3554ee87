import type { SuiteIdentity } from '../evidence.js';

/**
 * The command that tries a mode again with the same seed. Vitest 5 joins the names of suites and test by ` > ` where
 * Vitest 4 puts a space, and a pattern of the other form matches nothing.
 */
export function reproduceCommand({ seed, file, project }: SuiteIdentity, testPath: readonly string[], vitestMajor: number): string {
  const name = testPath.join(vitestMajor >= 5 ? ' > ' : ' ');
  const words = ['npx', 'vitest', 'run', shellWord(file), ...(project === '' ? [] : ['--project', shellWord(project)])];
  return `DURABLEFLOW_SEED=${seed} ${words.join(' ')} -t ${shellQuoted(escapePattern(name))}`;
}

/** `-t` takes a regular expression. */
const escapePattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

const shellWord = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : shellQuoted(text));

/** In double quotes, which both a shell and a person read easily, unless a shell would read more into them. */
function shellQuoted(text: string): string {
  return /["$`\\!]/.test(text) ? `'${text.replaceAll("'", String.raw`'\''`)}'` : `"${text}"`;
}
