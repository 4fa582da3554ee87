import type { Prompts } from './prompts.js';

/** Where text goes, and what is known of the other side. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Everything that the command line touches outside itself and the engine; tests give their own. */
export interface CliIo {
  readonly stdin: { readonly isTTY?: boolean | undefined };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  /** The name of the person at the keyboard; undefined if the system does not tell. */
  user(): string | undefined;
  /** Loads the prompts when a command asks for them. */
  prompts(): Promise<Prompts>;
  /** Imports the module in this file; TypeScript too. */
  loadModule(file: string): Promise<unknown>;
  /** Resolves when the process is asked to stop. */
  stopped(): Promise<void>;
}
