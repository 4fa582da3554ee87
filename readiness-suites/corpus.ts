import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { describeIssues } from '../sdk/definition/schema.js';
import { DurableFlowError } from '../sdk/errors/index.js';
import type { Scene } from './scene.js';

/** The lists that a corpus file may have, each under its name. */
export type CorpusName = 'malformed' | 'injections';

/** What every entry of a corpus has. */
export const corpusEntry = {
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be in kebab-case'),
  /** What happens, in a few words. */
  title: z.string().min(1).max(120),
  /** In a sentence, how it does harm. */
  technique: z.string().min(1),
};

const CorpusFile = z.strictObject({ malformed: z.array(z.unknown()).optional(), injections: z.array(z.unknown()).optional() });

/** The built-in entries of a list, and those of the suite's own files. Throws `DF_READINESS_SUITE` for a file that is not as it should be. */
export function readCorpus<S extends z.ZodType<{ readonly id: string }>>(name: CorpusName, entry: S, { ground }: Scene): z.infer<S>[] {
  const own = (ground.suite.options.corpus ?? []).map((path) => (isAbsolute(path) ? path : join(ground.root, path)));
  const entries = [...readBuiltIn(name, entry), ...own.flatMap((file) => readEntries(file, name, entry))];
  const twice = entries.find(({ id }, i) => entries.findIndex((it) => it.id === id) !== i);
  if (twice) throw new DurableFlowError('DF_READINESS_SUITE', `two ${name} entries of the corpus have the id "${twice.id}"`);
  return entries;
}

/** The entries of a list that come with the kit. */
export const readBuiltIn = <S extends z.ZodType>(name: CorpusName, entry: S): z.infer<S>[] =>
  readEntries(new URL(`corpus/${name}.json`, import.meta.url), name, entry);

function readEntries<S extends z.ZodType>(file: string | URL, name: CorpusName, entry: S): z.infer<S>[] {
  const refuse = (what: string): never => {
    throw new DurableFlowError('DF_READINESS_SUITE', `the corpus ${String(file)} ${what}`);
  };
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return refuse(`can not be read as JSON: ${(error as Error).message}`);
  }
  const whole = CorpusFile.safeParse(json);
  if (!whole.success) return refuse(`must be { "malformed": […], "injections": […] }: ${describeIssues(whole.error.issues)}`);
  return (whole.data[name] ?? []).map((it, i) => {
    const parsed = entry.safeParse(it);
    return parsed.success ? parsed.data : refuse(`has a wrong entry ${i + 1} in ${name}: ${describeIssues(parsed.error.issues)}`);
  });
}
