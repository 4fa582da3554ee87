import { crashEverywhere } from './boundary-suite.js';

crashEverywhere('before and after each write');
