import { step, workflow } from 'durableflow';

export interface Studio {
  /** Opens the film, and encodes from one minute up to another. */
  encode(film: string, from: number, to: number): Promise<string>;
}

export const minutes = 60;

const part = 5;

@workflow({ name: 'encode' })
export class Encode {
  constructor(private readonly studio: Studio) {}

  async run(film: string) {
    const parts: string[] = [];
    for (let from = 0; from < minutes; from += part) parts.push(await this.encode(film, from, from + part));
    return parts.join('');
  }

  @step()
  async encode(film: string, from: number, to: number) {
    return this.studio.encode(film, from, to);
  }
}

/** Whether durable runs get 5 points or more done than those from scratch. */
export const pays = { hostile: true, calm: true };
