/** Options of the report. */
export interface ReporterOptions {
  /** Where the reports are written, from the project's root. Default `.readiness`. */
  readonly folder?: string;
}

/** Reports the verdict of a run. */
export class ReadinessReporter {
  readonly options: ReporterOptions;

  constructor(options: ReporterOptions) {
    this.options = options;
  }
}
