/** What the reporter needs of Vitest 4 and 5; their own types differ from version to version. */

export interface VitestShape {
  readonly version: string;
  readonly config: {
    readonly root: string;
    readonly shard?: { readonly index: number; readonly count: number } | undefined;
    readonly reporters?: readonly unknown[];
    readonly outputFile?: unknown;
  };
}

export interface TestShape {
  readonly type: 'test';
  readonly name: string;
  readonly parent: SuiteShape | ModuleShape;
  meta(): object;
  result():
    { readonly state: 'pending' | 'passed' | 'failed' | 'skipped'; readonly errors?: readonly ErrorShape[] | undefined } | undefined;
  diagnostic?(): { readonly retryCount?: number } | undefined;
}

export interface SuiteShape {
  readonly type: 'suite';
  readonly name: string;
  readonly parent: SuiteShape | ModuleShape;
}

export interface ModuleShape {
  readonly type: 'module';
  readonly moduleId: string;
  readonly relativeModuleId?: string;
  readonly children: { allTests(): Iterable<TestShape> };
  errors(): readonly ErrorShape[];
}

export interface ErrorShape {
  readonly message?: string;
}

export type EndReason = 'passed' | 'failed' | 'interrupted';
