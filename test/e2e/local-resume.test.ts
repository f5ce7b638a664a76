import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/engine/step.js';
import { downPlan, pausePlan, securedUpPlan } from '../../src/targets/local/plan.js';
import { problemsWhenDown, problemsWhenUp, secretsOf, type Lab } from '../helpers/lab.js';
import { testLab } from '../helpers/test-lab.js';
import { requireTool } from '../helpers/require-tool.js';

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;
const NODES = ['server-1', 'client-1'];
const UP = ['up', '--clients', '1'];

/** Generated from the plans, so that a new step is covered the day it is added. */
function stepsOf(plan: Plan<never, never>): string[] {
  return plan.steps.flat().map((step) => (step as { id: string }).id);
}

const ids = (plan: unknown): string[] => stepsOf(plan as Plan<never, never>);

function pidsOf(opened: Lab): Record<string, number> {
  return Object.fromEntries([...opened.agents()].map(([agent, pids]) => [agent, pids[0] ?? 0]));
}

/** What was chosen once, and never again: whoever has it is let in. */
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

describe.skipIf(!ready)('kill -9 of nomadctl at the start of a step', () => {
  test.for(ids(securedUpPlan))('up, killed at %s, converges with the same command', async (step) => {
    const opened = testLab();
    const killed = await opened.run(UP, { strike: `SIGKILL step ${step}` });
    expect(killed.code, killed.stderr).toBe(137);
    const [before, secrets] = [pidsOf(opened), secretsOf(opened)];
    await opened.must(UP);
    expect(await problemsWhenUp(opened, NODES)).toEqual([]);
    // What was running is not started again.
    expect(pidsOf(opened)).toMatchObject(before);
    expect(secretsOf(opened)).toMatchObject(secrets);
  });

  test.for(ids(downPlan))('down, killed at %s, converges with the same command', async (step) => {
    const opened = testLab();
    await opened.must(UP);
    const killed = await opened.run(['down'], { strike: `SIGKILL step ${step}` });
    expect(killed.code, killed.stderr).toBe(137);
    await opened.must(['down']);
    expect(problemsWhenDown(opened)).toEqual([]);
  });

  test.for(ids(downPlan))('down, killed at %s, can be turned back by up', async (step) => {
    const opened = testLab();
    await opened.must(UP);
    await opened.run(['down'], { strike: `SIGKILL step ${step}` });
    await opened.must(UP);
    expect(await problemsWhenUp(opened, NODES)).toEqual([]);
  });

  test.for(ids(pausePlan))('down --keep-data, killed at %s, converges with the same command', async (step) => {
    const opened = testLab();
    await opened.must(UP);
    await opened.run(['down', '--keep-data'], { strike: `SIGKILL step ${step}` });
    await opened.must(['down', '--keep-data']);
    expect([...opened.agents()]).toEqual([]);
    await opened.must(UP);
    expect(await problemsWhenUp(opened, NODES)).toEqual([]);
  });
});

describe.skipIf(!ready)('signals', () => {
  test.for(ids(securedUpPlan))('Ctrl-C at %s: 130, the journal says interrupted, the same command goes on', async (step) => {
    const opened = testLab();
    const interrupted = await opened.run(UP, { strike: `SIGINT step ${step}` });
    // When the last steps have nothing to do, nothing is left to be interrupted: of the last but one it may be heard in time.
    const [lastButOne, last] = ids(securedUpPlan).slice(-2);
    expect(step === last ? [0] : step === lastButOne ? [0, 130] : [130], interrupted.stderr).toContain(interrupted.code);
    const isOver = interrupted.code === 0;
    if (!isOver) expectInterruption(interrupted.stderr);
    expect(journalOf(opened).runs.at(-1)?.outcome).toBe(isOver ? 'succeeded' : 'interrupted');
    expect(Object.values(journalOf(opened).steps).map(({ status }) => status)).not.toContain('running');
    await opened.must(UP);
    expect(await problemsWhenUp(opened, NODES)).toEqual([]);
  });

  test.for(ids(downPlan))('Ctrl-C at %s of down: 130, and down again ends it', async (step) => {
    const opened = testLab();
    await opened.must(UP);
    const interrupted = await opened.run(['down'], { strike: `SIGINT step ${step}` });
    expect([0, 130], interrupted.stderr).toContain(interrupted.code);
    await opened.must(['down']);
    expect(problemsWhenDown(opened)).toEqual([]);
  });

  test.for(['SIGTERM', 'SIGHUP'])('%s is a Ctrl-C', async (signal) => {
    const opened = testLab();
    const interrupted = await opened.run(UP, { strike: `${signal} step wait-for-leaders` });
    expect(interrupted.code, interrupted.stderr).toBe(130);
    expect(interrupted.stderr).toContain(signal);
    expect(journalOf(opened).runs.at(-1)?.outcome).toBe('interrupted');
    await opened.must(UP);
    expect(await problemsWhenUp(opened, NODES)).toEqual([]);
  });
});
