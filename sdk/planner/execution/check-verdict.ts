/** What a check has shown. `unknown`: it could not be carried out, which says nothing about the answer. */
export type CheckVerdict = { readonly verdict: 'passed' } | { readonly verdict: 'failed' | 'unknown'; readonly detail: string };
