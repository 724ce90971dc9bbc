import { writeFileSync, writeSync } from 'node:fs';

/** The closing line that scripts read: `N passed, N failed`, alone on its line, after the names of what was left out and why. */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    const lines = [''];
    if (process.env.CLIPFLEET_TEST_S3_SKIPPED) {
      lines.push(`real S3: skipped because ${process.env.CLIPFLEET_TEST_S3_SKIPPED.replaceAll(/\s*\n\s*/g, ' | ')}`);
    }
    for (const { testFilePath, testExecError } of results.testResults) {
      if (testExecError) lines.push(`did not run: ${testFilePath}`);
    }
    const alsoFailed = process.env.CLIPFLEET_TEST_ALSO_FAILED;
    if (alsoFailed) lines.push(`failed before the tests: ${alsoFailed}`);
    // a file that cannot be loaded has no tests to count and is a failure all the same
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + (alsoFailed ? 1 : 0);
    const skipped = results.numPendingTests + results.numTodoTests;
    lines.push(`${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    // Jest's own summary comes after every configured reporter, and a forced exit has closed process.stdout by then
    process.once('exit', () => {
      writeSync(1, `${lines.join('\n')}\n`);
      const proof = process.env.CLIPFLEET_TEST_CLOSED_FILE;
      if (proof) writeFileSync(proof, '');
    });
  }
}
