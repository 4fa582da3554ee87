import type { ColonyJob } from 'durableflow/colony';
import { loadEmbedder } from './embedder.js';
import { pages } from './passages.js';
import { SpotBatch } from './spot-batch.js';

/** How a machine gets the job going: it loads the model, which no record can bring over from another machine. */
export const spotBatchJob: ColonyJob<typeof SpotBatch> = {
  class: SpotBatch,
  make: async ({ sink }) => new SpotBatch({ sink, embedder: await loadEmbedder() }),
  input: (batch, index) => ({ batch, page: pages[index % pages.length]! }),
};
