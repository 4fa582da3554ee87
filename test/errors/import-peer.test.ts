import { describe, expect, it } from 'vitest';
import { importPeer } from '../../sdk/errors/import-peer.js';

describe('importPeer', () => {
  it('says what to install', async () => {
    const missing = () => Promise.reject(Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' }));
    await expect(importPeer('openai', missing)).rejects.toMatchObject({
      code: 'DF_PEER_MISSING',
      message: expect.stringContaining('npm install openai') as string,
    });
  });

  it('leaves any other error alone', async () => {
    const broken = new SyntaxError('the package is broken');
    await expect(importPeer('openai', () => Promise.reject(broken))).rejects.toBe(broken);
    expect(await importPeer('openai', () => Promise.resolve(7))).toBe(7);
  });
});
