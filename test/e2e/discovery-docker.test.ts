import { randomBytes } from 'node:crypto';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { balancedPrograms, writeBalancedTopology } from '../helpers/balanced-topology.js';
import { dockerEngine } from '../helpers/docker-engine.js';
import { openLab, problemsWhenDown } from '../helpers/lab.js';
import { importPrograms } from '../helpers/programs-image.js';
import { requireTool } from '../helpers/require-tool.js';

const engine = await dockerEngine();
afterAll(() => engine?.close());
const paths = balancedPrograms();
const ready = [requireTool('consul'), requireTool('nomad'), ...paths].every((path) => path !== undefined);

test.skipIf(!engine || !ready)('services and balancers in docker, from images of this computer alone', { timeout: 400_000 }, async () => {
  const image = `nomadctl.test/balanced:${randomBytes(4).toString('hex')}`;
  await importPrograms(engine!, paths as string[], image);
  onTestFinished(async () => void (await engine!.call({ method: 'DELETE', path: `/images/${image}`, query: { force: true } })));
  const lab = openLab();
  onTestFinished(() => lab.end());
  const file = writeBalancedTopology(lab.home, { driver: 'docker', image });

  await lab.must(['up', '--clients', '2']);
  await lab.must(['discovery', 'up', '--file', file, '--yes']);
  // An instance more and one fewer under requests: each balancer follows, and no request is lost.
  const tested = await lab.must(['discovery', 'test']);
  expect(tested.stdout).toMatch(/none failed/);
  await lab.must(['discovery', 'down', '--yes']);
  await lab.must(['down']);
  expect(problemsWhenDown(lab)).toEqual([]);
});
