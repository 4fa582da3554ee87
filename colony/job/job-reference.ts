/** Where a process finds something that cannot be sent to it: a module, and the name under which it is exported there. */
export interface ModuleReference {
  /** The module's URL. */
  readonly module: string;
  readonly export: string;
}

/** The benchmark's own job, for processes. */
export const pipelineReference: ModuleReference = {
  module: new URL(import.meta.url.endsWith('.ts') ? 'colony-job.ts' : 'colony-job.js', import.meta.url).href,
  export: 'pipelineJob',
};
