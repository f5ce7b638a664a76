import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

/** Names every test that did not run, at the very end, so that nothing is skipped in silence. */
export default class SkippedReporter implements Reporter {
  #isFiltered = false;

  onInit(vitest: Vitest): void {
    // What `-t` leaves out was not asked for.
    this.#isFiltered = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    if (this.#isFiltered || skipped.length === 0) return;
    const lines = skipped.map((test) => `  ${nameOf(test)}\n`);
    process.stdout.write(`\nSkipped, ${skipped.length}:\n${lines.join('')}`);
  }
}

function nameOf(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  return `${test.module.relativeModuleId}: ${test.fullName}${note ? ` (${note})` : ''}`;
}
