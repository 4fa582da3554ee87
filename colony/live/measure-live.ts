import { DurableFlowError } from '../../sdk/errors/index.js';
import type { VastClient } from './vast-client.js';

export interface LiveOptions {
  readonly client: VastClient;
  /** With underscores for spaces, such as `RTX_4090`. Default: any. */
  readonly gpu?: string | undefined;
  /** How many machines are rented, one after the other. Default 1. */
  readonly machines?: number;
  /** Each is given back after so many hours at the latest. Default 0.25. */
  readonly maxHours?: number;
  /** Told of each step. */
  readonly onStep?: (step: string) => void;
}

/** What it took to get one real machine. */
export interface LiveMachine {
  readonly offer: number;
  readonly gpu: string;
  readonly usdPerHour: number;
  /** From the request until the machine ran. */
  readonly secondsToRun: number;
}

const image = 'ubuntu:24.04';
const diskGb = 10;
/** A bid at the lowest price is the first to lose its machine. */
const aboveLowest = 1.2;

/**
 * Rents real machines, waits until they run, and gives them back: how long it takes to replace a machine, and at what price, is what
 * the simulator is told and cannot know. Nothing is simulated. Throws what `VastClient.rent` throws, and `DF_COLONY_CLOUD` if there
 * is nothing to rent.
 */
export async function measureLive({ client, gpu, machines = 1, maxHours = 0.25, onStep = () => {} }: LiveOptions): Promise<LiveMachine[]> {
  const measured: LiveMachine[] = [];
  for (let count = 1; count <= machines; count++) {
    const offers = await client.offers({ market: 'bid', disk: diskGb, limit: 5, ...(gpu !== undefined && { gpu }) });
    const offer = offers.find(({ min_bid }) => typeof min_bid === 'number');
    if (!offer)
      throw new DurableFlowError(
        'DF_COLONY_CLOUD',
        `Vast.ai has no machine${gpu === undefined ? '' : ` with ${gpu}`} to bid for at present`,
      );
    const began = performance.now();
    onStep(`machine ${count} of ${machines}: offer ${offer.id}, ${offer.gpu_name}, lowest bid $${offer.min_bid} an hour`);
    await using rental = await client.rent(offer, { image, disk: diskGb, maxHours, bid: offer.min_bid! * aboveLowest });
    await rental.untilRunning();
    const secondsToRun = (performance.now() - began) / 1000;
    onStep(`machine ${count} of ${machines}: runs after ${secondsToRun.toFixed(1)} s, and is given back`);
    measured.push({ offer: offer.id, gpu: offer.gpu_name, usdPerHour: rental.usdPerHour, secondsToRun });
  }
  return measured;
}
