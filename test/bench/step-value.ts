/** What a step of a bench returns: about 200 bytes of JSON. */
export interface StepValue {
  readonly i: number;
  readonly text: string;
}

export const stepText = 'x'.repeat(200);
