import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { downPlan, securedUpPlan } from '../../src/targets/local/plan.js';
import { problemsWhenDown, type Lab } from '../helpers/lab.js';
import { expectWhole, resumedCluster, stepIds, UP } from '../helpers/resumed-cluster.js';
import { requireTool } from '../helpers/require-tool.js';

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;

interface JournalView {
  readonly runs: readonly { readonly outcome: string }[];
  readonly steps: Readonly<Record<string, { readonly status: string }>>;
}

function journalOf(opened: Lab): JournalView {
  return JSON.parse(readFileSync(opened.paths().journal, 'utf8')) as JournalView;
}

function expectInterruption(stderr: string): void {
  expect(stderr).toMatch(/Interrupted while ".+" \(step \d+ of \d+\)/);
  expect(stderr).toMatch(/why +Ctrl-C/);
  expect(stderr).toMatch(/next +nomadctl up dev/);
  expect(stderr).not.toMatch(/\n +at /);
}

describe.skipIf(!ready)('signals', () => {
  const { fromNothing, fromRunning } = resumedCluster();

  test.for(stepIds(securedUpPlan))('Ctrl-C at %s: 130, the journal says interrupted, the same command goes on', async (step) => {
    const opened = await fromNothing();
    const interrupted = await opened.run(UP, { strike: `SIGINT step ${step}` });
    // When the last steps have nothing to do, nothing is left to be interrupted: of the last but one it may be heard in time.
    const [lastButOne, last] = stepIds(securedUpPlan).slice(-2);
    expect(step === last ? [0] : step === lastButOne ? [0, 130] : [130], interrupted.stderr).toContain(interrupted.code);
    const isOver = interrupted.code === 0;
    if (!isOver) expectInterruption(interrupted.stderr);
    expect(journalOf(opened).runs.at(-1)?.outcome).toBe(isOver ? 'succeeded' : 'interrupted');
    expect(Object.values(journalOf(opened).steps).map(({ status }) => status)).not.toContain('running');
    await opened.must(UP);
    await expectWhole(opened);
  });

  test.for(['SIGTERM', 'SIGHUP'])('%s is a Ctrl-C', async (signal) => {
    const opened = await fromNothing();
    const interrupted = await opened.run(UP, { strike: `${signal} step wait-for-leaders` });
    expect(interrupted.code, interrupted.stderr).toBe(130);
    expect(interrupted.stderr).toContain(signal);
    expect(journalOf(opened).runs.at(-1)?.outcome).toBe('interrupted');
    await opened.must(UP);
    await expectWhole(opened);
  });

  test.for(stepIds(downPlan))('Ctrl-C at %s of down: 130, and down again ends it', async (step) => {
    const opened = await fromRunning();
    const interrupted = await opened.run(['down'], { strike: `SIGINT step ${step}` });
    expect([0, 130], interrupted.stderr).toContain(interrupted.code);
    await opened.must(['down']);
    expect(problemsWhenDown(opened)).toEqual([]);
  });
});
