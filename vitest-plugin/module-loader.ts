import { createServer, type IncomingMessage, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What of a Vite server the loader needs. */
export interface ModuleSource {
  fetchModule(url: string, importer?: string, options?: object): Promise<object>;
  readonly pluginContainer: { resolveId(url: string, importer?: string): Promise<{ readonly id: string } | null> };
}

interface Request {
  /** The suite's file, whose processes ask for the same modules again and again. */
  readonly entry?: string;
  readonly pack?: string;
  readonly key?: string;
}

/** Not for a trial's process, where nothing is tested: modules that stand in for these are given instead. */
const testing = [/^vitest$/, /^durableflow\/vitest$/, /\/vitest-plugin\/index\.[jt]s$/, /^@?vitest\//];

/**
 * Serves the modules of the test run to the processes of its trials, over loopback: they run exactly what the tests run,
 * transformed in the same way. What one process of a suite has asked for is given to the next in one answer.
 */
export class ModuleLoader {
  readonly #source: ModuleSource;
  readonly #inert: string;
  readonly #server: Server;
  readonly #known = new Map<string, Map<string, Promise<unknown>>>();
  readonly #packs = new Map<string, { readonly file: Promise<string>; readonly modules: number }>();
  #written = 0;
  #folder: Promise<string> | undefined;

  private constructor(source: ModuleSource, inert: string) {
    this.#source = source;
    this.#inert = inert;
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(
        (answer) => response.end(JSON.stringify(answer ?? null)),
        (error: Error) => response.destroy(error),
      );
    });
    // A process may ask for another module after a long time.
    this.#server.keepAliveTimeout = 0;
    // A test run that has nothing else to do may end.
    this.#server.unref();
  }

  /** @param inert the file that stands in for Vitest */
  static async open(source: ModuleSource, inert: string): Promise<ModuleLoader> {
    const loader = new ModuleLoader(source, inert);
    await new Promise<void>((resolve) => loader.#server.listen(0, '127.0.0.1', resolve));
    return loader;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Files have changed: nothing that was given out before is right any more. */
  forget(): void {
    this.#known.clear();
    this.#packs.clear();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true });
  }

  async #answer(request: IncomingMessage): Promise<unknown> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { entry = '', pack, key } = JSON.parse(body) as Request;
    if (pack !== undefined) return this.#pack(pack);
    const known = this.#known.get(entry) ?? new Map<string, Promise<unknown>>();
    this.#known.set(entry, known);
    let answer = known.get(key!);
    if (!answer) known.set(key!, (answer = this.#fetch(key!)));
    return answer;
  }

  /**
   * Writes what is known of an entry's modules into a file, which a process reads faster than many answers. No file is
   * written twice, since another process may be reading it.
   */
  async #pack(entry: string): Promise<string | undefined> {
    const known = this.#known.get(entry);
    if (!known) return undefined;
    let packed = this.#packs.get(entry);
    if (packed?.modules !== known.size) this.#packs.set(entry, (packed = { file: this.#write([...known]), modules: known.size }));
    return packed.file;
  }

  async #write(known: readonly (readonly [string, Promise<unknown>])[]): Promise<string> {
    const name = `${++this.#written}.json`;
    const file = join(await (this.#folder ??= mkdtemp(join(tmpdir(), 'durableflow-modules-'))), name);
    await writeFile(file, JSON.stringify(await Promise.all(known.map(async ([key, module]) => [key, await module]))));
    return file;
  }

  async #fetch(key: string): Promise<unknown> {
    const [name, data] = JSON.parse(key) as [string, [string, string | undefined, object | undefined]];
    // Saves a question for each of them.
    if (name === 'getBuiltins') return { result: [{ type: 'RegExp', source: '^node:', flags: '' }] };
    const [url, importer, options] = data;
    if (testing.some((it) => it.test(url))) return { result: { externalize: this.#inert, type: 'module' } };
    try {
      const installed = await this.#installed(url, importer);
      if (installed !== undefined) return { result: { externalize: installed, type: installed.endsWith('.cjs') ? 'commonjs' : 'module' } };
      // `cached` would mean that this process has the module; each of them is new.
      return { result: withoutMap(await this.#source.fetchModule(url, importer, { ...options, cached: false })) };
    } catch (error) {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      return { error: { name, message, stack } };
    }
  }

  /** The file of a module that Node can load by itself, as Vitest lets it; undefined for what has to be transformed. */
  async #installed(url: string, importer: string | undefined): Promise<string | undefined> {
    if (url.startsWith('file:')) return url.includes('/node_modules/') ? url : undefined;
    const id = (await this.#source.pluginContainer.resolveId(url, importer))?.id.split('?')[0];
    return id?.startsWith('/') && id.includes('/node_modules/') && /\.(js|mjs|cjs|json|node)$/.test(id)
      ? pathToFileURL(id).href
      : undefined;
  }
}

/** The inline source map is most of a module's text, and a trial's process has no use for it. */
function withoutMap(module: object & { code?: string }): object {
  if (typeof module.code !== 'string') return module;
  return { ...module, code: module.code.replace(/\n\/\/# sourceMappingURL=data:[^\n]*\s*$/, '\n') };
}
