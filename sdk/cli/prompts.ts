/** Questions to the person at the terminal. An answer of `undefined` means that they want to leave. */
export interface Prompts {
  choose<Choice extends string>(
    question: string,
    choices: readonly { readonly value: Choice; readonly label: string; readonly hint?: string }[],
  ): Promise<Choice | undefined>;
  /** A line of text, not empty. */
  ask(question: string): Promise<string | undefined>;
  /** The text, changed: in the editor that VISUAL or EDITOR names, else in one line of the terminal. */
  edit(question: string, text: string): Promise<string | undefined>;
}
