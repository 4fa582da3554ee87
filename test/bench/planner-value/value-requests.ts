import { readFileSync } from 'node:fs';
import type { OutputCheck } from '../../../sdk/planner/constraints.js';
import type { TaskClass } from '../../../sdk/planner/plan.js';

/** One request of the benchmark, with what models may say to it. */
export interface ValueRequest {
  readonly id: string;
  readonly taskClass: TaskClass;
  readonly prompt: string;
  /** Sent as a picture instead of words. */
  readonly image?: string;
  readonly check?: OutputCheck;
  readonly right: string;
  /** Wrong, and its check does not see that. */
  readonly wrong: string;
  /** Of no use, and its check sees that. */
  readonly broken: string;
}

/** A hundred fixed requests, in a fixed order. */
export const valueRequests = JSON.parse(readFileSync(new URL('requests.json', import.meta.url), 'utf8')) as readonly ValueRequest[];

/** What is sent, as any client would. */
export function messagesOf({ prompt, image }: ValueRequest) {
  const content = image === undefined ? prompt : [{ type: 'image_url' as const, image_url: { url: image } }];
  return [{ role: 'user' as const, content }];
}
