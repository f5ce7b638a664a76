// Names every test that failed, with the beginning of its error, then prints `N passed, N failed` (and skipped, when there are
// any) as vitest's own report counts them. A run that ended before its report counts as one failure. The names are said here
// once more because thousands of lines may stand between the end of a log and the place where vitest prints them.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/** Of an error, this many lines are repeated: its message and the first places of its stack. */
const ERROR_LINES = 12;

const file = process.argv[2] ?? fileURLToPath(new URL('../.vitest-report.json', import.meta.url));
const report = readReport();
const { passed, failed, skipped } = count(report);
for (const line of failures(report)) process.stdout.write(`${line}\n`);
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed > 0 ? 1 : 0;

function readReport() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function failures(report) {
  if (!report) return [`No report in ${file}: the run ended before its tests did.`];
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const place = relative(process.cwd(), name);
    if (isBroken({ status, assertionResults })) return [`Failed: ${place}`, ...beginning(message)];
    return assertionResults
      .filter(isFailed)
      .flatMap((test) => [`Failed: ${place}: ${test.fullName}`, ...beginning(test.failureMessages?.join('\n'))]);
  });
}

function isFailed({ status }) {
  return status === 'failed';
}

/** A test file that cannot even be loaded has no tests to fail. */
function isBroken({ status, assertionResults }) {
  return status === 'failed' && !assertionResults.some(isFailed);
}

function beginning(message = '') {
  const lines = stripVTControlCharacters(message).split('\n').slice(0, ERROR_LINES);
  return lines.map((line) => `  ${line}`);
}

function count(report) {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const failed = report.numFailedTests + report.testResults.filter(isBroken).length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}
