import { crashEverywhere } from './boundary-suite.js';

crashEverywhere('after each write');
