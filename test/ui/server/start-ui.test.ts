import { join } from 'node:path';
import { startUi } from 'durableflow/ui';
import { describe, expect, it } from 'vitest';
import { call } from '../../cli/terminal.js';
import { servedUi } from './served-ui.js';

describe('startUi', () => {
  it('ends what is open when it is stopped, pages that listen included', async () => {
    const { ui, enter, request } = await servedUi();
    const events = await (await enter()).get('/api/events');
    const began = performance.now();
    await ui.stop();
    expect(performance.now() - began).toBeLessThan(2000);
    await events.text();
    await expect(request('/')).rejects.toThrow('fetch failed');
  });

  it('says what to do about a port that is taken, an open door, a page that is not built, and nobody to decide', async () => {
    const { ui, flow, file, folder } = await servedUi();
    const options = { file, deciders: ['ada'], assets: join(folder, 'assets') };
    await expect(startUi(flow, { ...options, port: Number(new URL(ui.url).port) })).rejects.toThrow('--port 0');
    await expect(startUi(flow, { ...options, host: '0.0.0.0' })).rejects.toThrow('--allow-host');
    await expect(startUi(flow, { ...options, assets: join(folder, 'nowhere') })).rejects.toThrow('npm run build:page');
    await expect(startUi(flow, { ...options, deciders: [] })).rejects.toMatchObject({ code: 'DF_INVALID_INPUT' });
  });

  it('gives each decider a link of their own', async () => {
    const { ui, enter } = await servedUi({ deciders: ['ada', 'grace', 'ada'] });
    expect(ui.links.map(({ decider }) => decider)).toEqual(['ada', 'grace']);
    expect(new Set(ui.links.map(({ link }) => link)).size).toBe(2);
    for (const { link } of ui.links) expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
    expect((await enter('grace')).session.decider).toBe('grace');
  });
});

describe('durableflow ui', () => {
  it('is refused on other addresses without the names that it may be called by', async () => {
    const { file } = await servedUi();
    const { err, exit } = await call(['--db', file, 'ui', '--host', '0.0.0.0', '--by', 'ada']);
    expect([exit, err]).toEqual([1, expect.stringContaining('DF_UI_UNGUARDED')]);
  });

  it('is refused with a folder of reports that is not there', async () => {
    const { file } = await servedUi();
    const { err, exit } = await call(['--db', file, 'ui', '--reports', 'nowhere', '--by', 'ada']);
    expect([exit, err]).toEqual([2, expect.stringContaining('there is no folder nowhere')]);
  });
});
