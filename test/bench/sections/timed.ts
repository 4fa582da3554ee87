/** What something took, in milliseconds: by the clock, and of the processor, where others at work on the machine count little. */
export interface Taken {
  readonly ms: number;
  readonly processorMs: number;
}

export async function taken(work: () => unknown): Promise<Taken> {
  const [begun, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - begun, processorMs: (user + system) / 1000 };
}

/** Milliseconds that the work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
