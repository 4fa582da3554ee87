/** How a trial's process gets at the code of the suite. */
export interface Loader {
  /** From the Vite server of the test run, or by Node with the `tsx` loader. */
  readonly kind: 'vite' | 'tsx';
  /** Where the modules are served; the file of Vite's module runner. */
  readonly url?: string;
  readonly runner?: string;
  /** What stands in for Vitest, and under which global names. */
  readonly inert: string;
  readonly globals: readonly string[];
}
