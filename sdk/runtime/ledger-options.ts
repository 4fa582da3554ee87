/** What a text that is about to be stored is: a piece of material, what it is called, or what a model was asked or answered. */
export interface RedactionSubject {
  readonly kind: 'content' | 'reference' | 'prompt' | 'answer';
  readonly run: string;
  readonly workflow: string;
  readonly method: string;
}

/** What the ledger keeps beyond digests and counts. */
export interface LedgerOptions {
  /** Keep the texts of material, prompts and answers as well. Default false. */
  readonly content?: boolean;
  /**
   * Returns what is stored in the place of a text; `undefined` stores nothing of it. It is asked about references always, and about
   * the rest where `content` is true. The digests stay those of the whole texts. If it throws, nothing of the text is stored.
   */
  readonly redact?: (text: string, subject: RedactionSubject) => string | undefined;
}

/** What may be stored of a text; undefined for nothing. */
export function redacted(text: string, subject: RedactionSubject, { content = false, redact }: LedgerOptions): string | undefined {
  if (!content && subject.kind !== 'reference') return undefined;
  if (!redact) return text;
  try {
    const kept: unknown = redact(text, subject);
    return typeof kept === 'string' ? kept : undefined;
  } catch {
    return undefined;
  }
}
