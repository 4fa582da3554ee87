import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import type { ApprovalCard, DoubtCard, RunList, RunPage, Session } from '../../../sdk/ui/contract.js';
import { projectRoot } from '../../docs/code-blocks.js';

it('npm run ui makes runs of every kind, and what is approved on the page goes on', async () => {
  const desk = spawn('npm', ['run', '--silent', 'ui', '--', '--fresh', '--port', '0', '--json'], {
    cwd: projectRoot,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const said = createInterface({ input: desk.stdout });
  const lines: string[] = [];
  said.on('line', (line) => lines.push(line));
  const closed = once(said, 'close');
  try {
    await expect.poll(() => lines.at(-1), { timeout: 120_000 }).toMatch(/"listening":true/);
    const { url, links } = JSON.parse(lines.at(-1)!) as { url: string; links: { decider: string; link: string }[] };
    expect(links.map(({ decider }) => decider)).toEqual(['ada', 'grace']);
    const signedIn = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ token: new URL(links[0]!.link).hash.slice('#token='.length) }),
    });
    const { csrf } = (await signedIn.json()) as Session;
    const headers = { cookie: signedIn.headers.get('set-cookie')!.split(';')[0]! };
    const read = async <T>(path: string) => (await (await fetch(`${url}${path}`, { headers })).json()) as T;

    const { runs } = await read<RunList>('/api/runs');
    const statuses = new Set(runs.map(({ status }) => status));
    expect([...statuses].toSorted()).toEqual(['completed', 'failed', 'in_doubt', 'waiting']);
    expect(runs.some(({ claims, costUsd }) => claims > 1 && costUsd > 0)).toBe(true);
    expect(await read<DoubtCard[]>('/api/doubts')).toHaveLength(1);

    const gate = (await read<ApprovalCard[]>('/api/approvals')).find((it) => it.quorum === 1 && it.said.length > 0)!;
    const decided = await fetch(`${url}/api/approvals/${gate.id}/approve`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', origin: url, 'x-durableflow-csrf': csrf },
      body: JSON.stringify({ digest: gate.digest }),
    });
    expect(decided.status).toBe(200);
    const outcome = async () => {
      const { timeline } = await read<RunPage>(`/api/runs/${encodeURIComponent(gate.run)}`);
      return timeline.find(({ call }) => call === gate.call)?.outcome;
    };
    await expect.poll(outcome, { timeout: 30_000 }).toBe('returned');
  } finally {
    // As Ctrl-C does: to all of them.
    process.kill(-desk.pid!, 'SIGINT');
  }
  // It ends in its own time, and nothing of it is left to hold the output.
  await closed;
  expect(lines.at(-1)).toBe('{"stopped":true}');
});
