/** A file of the project, and what becomes of it. Nothing that is there is ever overwritten by something else. */
export type FileChange =
  | { readonly file: string; readonly how: 'new' | 'changed'; readonly text: string; readonly note: string }
  | { readonly file: string; readonly how: 'kept' | 'by hand'; readonly note: string };
