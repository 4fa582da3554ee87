// Prints "PASSED FAILED" of a report of Vitest. A run that failed without a failed test counts as one failure.
import { readFileSync } from 'node:fs';

const [report, status] = process.argv.slice(2);
const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
const failed = testResults.reduce((sum, { status: outcome, assertionResults }) => {
  const tests = assertionResults.filter((test) => test.status === 'failed').length;
  return sum + (tests === 0 && outcome === 'failed' ? 1 : tests);
}, 0);
console.log(numPassedTests, failed === 0 && status !== '0' ? 1 : failed);
