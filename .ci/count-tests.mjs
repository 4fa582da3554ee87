// Prints "PASSED FAILED" of a report of Vitest, and on the error output what failed. A run that failed without a failed test
// counts as one failure.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const [report, status] = process.argv.slice(2);
const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
let failed = 0;
for (const { name, status: outcome, message, assertionResults } of testResults) {
  const tests = assertionResults.filter((test) => test.status === 'failed');
  const file = relative(process.cwd(), name);
  for (const { fullName, failureMessages } of tests) console.error(`!! ${file}: ${fullName}\n${failureMessages.join('\n')}`);
  if (tests.length === 0 && outcome === 'failed') console.error(`!! ${file}\n${message}`);
  failed += tests.length === 0 && outcome === 'failed' ? 1 : tests.length;
}
if (failed === 0 && status !== '0') {
  console.error(`!! ${report}: Vitest failed without a failed test`);
  failed = 1;
}
console.log(numPassedTests, failed);
