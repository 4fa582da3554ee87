import { appendFile, readFile } from 'node:fs/promises';

/** Something that was done, under the key that it was asked for with. */
export interface Operation {
  readonly key: string;
  readonly kind: 'credit' | 'address';
  readonly customerId: string;
  /** What was done, in the order of the kind: invoice and cents, or street, zip and city. */
  readonly fields: readonly string[];
}

/** The last field of every line: without it the process died while it wrote, and the line counts for nothing. */
const lineEnd = 'E';

/**
 * What was changed since the files were made: one line an operation, which is both the change and the record of its key, so
 * that there is never one without the other.
 */
export class OperationsFile {
  readonly #path: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  async all(): Promise<Operation[]> {
    const text = await this.#text();
    return text.split('\n').flatMap((line) => readOperation(line) ?? []);
  }

  async find(key: string): Promise<Operation | undefined> {
    return (await this.all()).find((operation) => operation.key === key);
  }

  /** Does it, unless something was done under this key before; returns what stands in the file. One at a time. */
  do(operation: Operation): Promise<Operation> {
    const done = this.#last.then(async () => {
      const known = await this.find(operation.key);
      if (known) return known;
      const torn = /[^\n]$/.test(await this.#text());
      await appendFile(this.#path, `${torn ? '\n' : ''}${writeOperation(operation)}\n`);
      return operation;
    });
    this.#last = done.catch(() => {});
    return done;
  }

  async #text(): Promise<string> {
    try {
      return await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
  }
}

const writeOperation = ({ key, kind, customerId, fields }: Operation) => [key, kind, customerId, ...fields, lineEnd].map(quoted).join(';');

const quoted = (field: string) => `"${field.replaceAll('"', '""').replaceAll(/[\r\n]/g, ' ')}"`;

function readOperation(line: string): Operation | undefined {
  const [key, kind, customerId, ...fields] = [...line.matchAll(/"((?:[^"]|"")*)"/g)].map((match) => match[1]!.replaceAll('""', '"'));
  if (!key || !customerId || (kind !== 'credit' && kind !== 'address') || fields.pop() !== lineEnd) return undefined;
  return { key, kind, customerId, fields };
}
