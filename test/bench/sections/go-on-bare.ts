import { dirname } from 'node:path';
import { openFloorTable } from '../peers/floor-table.js';
import { stepText } from '../step-value.js';

const now = () => performance.timeOrigin + performance.now();

const imported = now();
const table = openFloorTable({ folder: dirname(process.argv[2]!), durability: 'full' });
table.insert([0, 9, stepText]);
process.send!({ imported, ended: now() });
table.close();
process.disconnect();
