/** Counts the tokens of a text. */
export type TokenCounter = (text: string) => number;

/**
 * An estimate that needs no vocabulary: one token for every three bytes of UTF-8. It counts too many for ordinary prose,
 * and too few for base64, random letters and emoji; where the ceiling must hold for those, use `loadTokenizer()`.
 */
export const estimateTokens: TokenCounter = (text) => Math.ceil(Buffer.byteLength(text) / 3);
