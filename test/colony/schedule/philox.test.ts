import { describe, expect, it } from 'vitest';
import { philox4x32, type Words2, type Words4 } from '../../../colony/schedule/philox.js';

// The lines "philox4x32 10" of tests/kat_vectors in github.com/DEShawResearch/random123: counter, key, answer.
const knownAnswers = `
00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8
ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd
243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1
`;

describe('Philox4x32-10', () => {
  it.each(knownAnswers.trim().split('\n'))('%s', (line) => {
    const words = line.split(' ').map((hex) => Number.parseInt(hex, 16));
    expect(philox4x32(words.slice(0, 4) as unknown as Words4, words.slice(4, 6) as unknown as Words2)).toEqual(words.slice(6));
  });
});
