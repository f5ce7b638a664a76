import { describe, expect, test } from 'vitest';
import { downPlan, pausePlan, securedUpPlan } from '../../src/targets/local/plan.js';
import { problemsWhenDown, secretsOf, type Lab } from '../helpers/lab.js';
import { expectWhole, resumedCluster, stepIds, UP } from '../helpers/resumed-cluster.js';
import { requireTool } from '../helpers/require-tool.js';

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;

function pidsOf(opened: Lab): Record<string, number> {
  return Object.fromEntries([...opened.agents()].map(([agent, pids]) => [agent, pids[0] ?? 0]));
}

describe.skipIf(!ready)('kill -9 of nomadctl at the start of a step', () => {
  const { fromNothing, fromRunning } = resumedCluster();

  test.for(stepIds(securedUpPlan))('up, killed at %s, converges with the same command', async (step) => {
    const opened = await fromNothing();
    const killed = await opened.run(UP, { strike: `SIGKILL step ${step}` });
    expect(killed.code, killed.stderr).toBe(137);
    const [before, secrets] = [pidsOf(opened), secretsOf(opened)];
    await opened.must(UP);
    await expectWhole(opened);
    // What was running is not started again.
    expect(pidsOf(opened)).toMatchObject(before);
    // What was chosen once is never chosen again: whoever has it is let in.
    expect(secretsOf(opened)).toMatchObject(secrets);
  });

  test.for(stepIds(downPlan))('down, killed at %s, can be turned back by up', async (step) => {
    const opened = await fromRunning();
    await opened.run(['down'], { strike: `SIGKILL step ${step}` });
    await opened.must(UP);
    await expectWhole(opened);
  });

  test.for(stepIds(pausePlan))('down --keep-data, killed at %s, converges with the same command', async (step) => {
    const opened = await fromRunning();
    await opened.run(['down', '--keep-data'], { strike: `SIGKILL step ${step}` });
    await opened.must(['down', '--keep-data']);
    expect([...opened.agents()]).toEqual([]);
    await opened.must(UP);
    await expectWhole(opened);
  });

  test.for(stepIds(downPlan))('down, killed at %s, converges with the same command', async (step) => {
    const opened = await fromRunning();
    const killed = await opened.run(['down'], { strike: `SIGKILL step ${step}` });
    expect(killed.code, killed.stderr).toBe(137);
    await opened.must(['down']);
    expect(problemsWhenDown(opened)).toEqual([]);
  });
});
