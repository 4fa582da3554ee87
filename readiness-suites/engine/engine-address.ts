/** By what a process of a trial finds its engine. */
export type EngineAddress = { readonly kind: 'sqlite'; readonly file: string } | ({ readonly kind: 'restate' } & RestateAddress);

/** A Restate server, and the place that a trial has on it. */
export interface RestateAddress {
  readonly ingress: string;
  readonly admin: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Added to the name of the workflow, so that no two trials meet. */
  readonly suffix: string;
  /** Where the server finds the processes of this trial that have this version of the class. */
  readonly front: string;
}
