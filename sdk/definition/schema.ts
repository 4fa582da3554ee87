/**
 * Anything that follows the Standard Schema specification (https://standardschema.dev): zod, valibot, arktype.
 * Only the part that the engine calls is written down here.
 */
export interface Schema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value: the parsed value, or the issues found. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: ReadonlyArray<{
        readonly message: string;
        readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
      }>;
    };

/** The issues of a failed validation in one line: `customer.id: expected string`. */
export function describeIssues(issues: Extract<SchemaResult<unknown>, { issues: readonly unknown[] }>['issues']): string {
  return issues
    .map(({ message, path = [] }) => {
      const place = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
      return place ? `${place}: ${message}` : message;
    })
    .join('; ');
}
