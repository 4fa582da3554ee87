import { expect, it } from 'vitest';
import { bytes } from '../../../sdk/cli/render/bytes.js';

it.each([
  [0, '0 bytes'],
  [1, '1 bytes'],
  [1023, '1023 bytes'],
  [1024, '1 KiB'],
  [1_572_864, '1.5 MiB'],
  [5 * 1024 ** 5, '5120 TiB'],
])('renders %d bytes', (count, text) => {
  expect(bytes(count)).toBe(text);
});
