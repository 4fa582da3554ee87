import { SimulatedTime } from './simulated-time.js';

SimulatedTime.install();
