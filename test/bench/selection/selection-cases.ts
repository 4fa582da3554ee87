import { readFileSync } from 'node:fs';
import type { ContextItem, Grades, SelectionCase } from 'durableflow';

/** A text as it was when the cases were written. */
interface Document extends ContextItem {
  readonly date: string;
}

interface JudgedQuery {
  readonly corpus: string;
  /** What makes it hard. */
  readonly kind: string;
  readonly query: string;
  readonly grades: Grades;
  readonly must: readonly string[];
}

/** A case with what makes it hard. Its items stand newest first. */
export interface KindOfCase extends SelectionCase {
  readonly kind: string;
  readonly mustInclude: readonly string[];
}

const read = <T>(file: string) => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as T;

const newestFirst = (a: Document, b: Document) => b.date.localeCompare(a.date) || a.id.localeCompare(b.id, 'en');

/** The frozen texts, by corpus. */
export const corpora = new Map(
  Object.entries(read<Record<string, Document[]>>('corpora.json')).map(([name, documents]) => [
    name,
    documents.toSorted(newestFirst).map(({ id, text }): ContextItem => ({ id, text })),
  ]),
);

/** The frozen queries over them, with their answers. */
export const selectionCases: readonly KindOfCase[] = read<JudgedQuery[]>('cases.json').map(({ corpus, kind, query, grades, must }) => ({
  kind,
  query,
  items: corpora.get(corpus)!,
  grades,
  mustInclude: must,
}));
