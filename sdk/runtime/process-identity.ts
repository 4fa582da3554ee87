import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Owner } from '../store/index.js';

/** This process, as an owner of leases. */
export function thisProcess(): Omit<Owner, 'expiresAt'> {
  return { id: randomUUID(), host: thisHost(), pid: process.pid, processStart: (ownStart ??= processStart(process.pid) ?? 'unknown') };
}

/** It does not change, and flows may be opened often. */
let ownStart: string | undefined;

/** A living process of this host, as an owner of leases would name it; undefined if there is none with this pid. */
export function processOf(pid: number): Pick<Owner, 'host' | 'pid' | 'processStart'> | undefined {
  const start = processStart(pid);
  return start === undefined ? undefined : { host: thisHost(), pid, processStart: start };
}

/** Whether an owner is certainly dead: it was a process of this host, and that process is no more. */
export function isDead(owner: Pick<Owner, 'host' | 'pid' | 'processStart'>): boolean {
  if (owner.host !== thisHost()) return false;
  return processStart(owner.pid) !== owner.processStart;
}

let host: string | undefined;

/** Containers can share a host name or a kernel, but not a process namespace within one boot. */
function thisHost(): string {
  return (host ??= [hostname(), read('/proc/sys/kernel/random/boot_id'), pidNamespace()].filter(Boolean).join('/'));
}

/** When a living process began, in the system's own words; undefined if there is no such process. */
function processStart(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat) {
    // The name in parentheses may hold anything, so count the fields from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    return state === 'Z' || state === 'X' ? undefined : fields[19];
  }
  if (process.platform === 'linux') return undefined;
  try {
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() ||
      undefined
    );
  } catch {
    return undefined;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function pidNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}
