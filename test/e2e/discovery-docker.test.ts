import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { dockerEngine } from '../helpers/docker-engine.js';
import { openLab, problemsWhenDown } from '../helpers/lab.js';
import { importPrograms } from '../helpers/programs-image.js';
import { requireTool } from '../helpers/require-tool.js';

const engine = await dockerEngine();
afterAll(() => engine?.close());
const paths = ['node', 'nginx', 'haproxy', 'fabio'].map(requireTool);
const ready = [requireTool('consul'), requireTool('nomad'), ...paths].every((path) => path !== undefined);

test.skipIf(!engine || !ready)('services and balancers in docker, from images of this computer alone', { timeout: 400_000 }, async () => {
  const image = `nomadctl.test/balanced:${randomBytes(4).toString('hex')}`;
  await importPrograms(engine!, paths as string[], image);
  onTestFinished(async () => void (await engine!.call({ method: 'DELETE', path: `/images/${image}`, query: { force: true } })));
  const lab = openLab();
  onTestFinished(() => lab.end());
  const variables = { driver: 'docker', image };
  const file = join(lab.home, 'topology.json');
  const topology = {
    hosts: { 'client-1': ['app'], 'client-2': ['app', 'balancer'] },
    services: { microbot: { instances: 2, variables } },
    balancers: Object.fromEntries(['nginx', 'haproxy', 'fabio'].map((job) => [job, { serves: 'microbot', variables }])),
  };
  writeFileSync(file, JSON.stringify(topology));

  await lab.must(['up', '--clients', '2']);
  await lab.must(['discovery', 'up', '--file', file, '--yes']);
  // An instance more and one fewer under requests: each balancer follows, and no request is lost.
  const tested = await lab.must(['discovery', 'test']);
  expect(tested.stdout).toMatch(/none failed/);
  await lab.must(['discovery', 'down', '--yes']);
  await lab.must(['down']);
  expect(problemsWhenDown(lab)).toEqual([]);
});
