/** By what a process of a trial finds its engine. */
export type EngineAddress = { readonly kind: 'sqlite'; readonly file: string };
