import type { Json } from '../../contract.js';

/** The JSON of a field that may be left empty: undefined then. Throws in words if it is none. */
export function parseJson(text: string): Json | undefined {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new SyntaxError('This is no JSON. Texts need double quotes: "done".');
  }
}

/** What is wrong with the JSON of a field, in words; undefined if nothing is. */
export function jsonProblem(text: string): string | undefined {
  try {
    parseJson(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
