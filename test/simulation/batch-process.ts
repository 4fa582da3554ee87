// First of all: what is loaded after it may keep the functions of Node that tell the time.
import './install-simulated-time.js';
import { tryBatch, type Batch } from './batch.js';

/** Tries the batches that it is sent, one after the other. */
process.on('message', (batch: Batch) => void tryBatch(batch).then((result) => process.send!(result)));
process.on('disconnect', () => process.exit());
