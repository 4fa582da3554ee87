/** Questions to the person at the terminal. An answer of `undefined` means that they want to leave. */
export interface Prompts {
  choose<Choice extends string>(
    question: string,
    choices: readonly { readonly value: Choice; readonly label: string; readonly hint?: string }[],
  ): Promise<Choice | undefined>;
  /** A line of text, not empty. */
  ask(question: string): Promise<string | undefined>;
}
