import { pathToFileURL } from 'node:url';

/** One thing that has to hold of the learner's file. Claims are tried in order; the first that does not hold is told of, with its hint. */
export interface Claim {
  /** Said with a tick when it holds. */
  readonly holds: string;
  /** Resolves to nothing if it holds, else to what is not yet so, in plain words. */
  readonly test: (attempt: Attempt) => Promise<string | undefined>;
  readonly hint: string;
  /** How long it may take before it is taken for hung. Default 60. */
  readonly seconds?: number;
}

/** What is tried. */
export interface Attempt {
  /** The absolute path of the learner's file. */
  readonly file: string;
  /** An empty folder for databases and logs; it is removed afterwards. */
  readonly folder: string;
}

/** What the learner's file exports. Several claims load it, and get the same module. */
export async function load<Module>({ file }: Attempt): Promise<Module> {
  return (await import(pathToFileURL(file).href)) as Module;
}
