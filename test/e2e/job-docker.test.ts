import { randomBytes } from 'node:crypto';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import type { DockerEngine } from '../../packages/ucloud-emulator/src/machines/engine.js';
import { dockerEngine } from '../helpers/docker-engine.js';
import { openLab, problemsWhenDown } from '../helpers/lab.js';
import { importPrograms } from '../helpers/programs-image.js';
import { requireTool } from '../helpers/require-tool.js';

const engine = await dockerEngine();
afterAll(() => engine?.close());
const programs = ['redis-server', 'redis-cli', 'sh', 'tail', 'grep', 'sleep'].map(requireTool);
const ready = [requireTool('consul'), requireTool('nomad'), ...programs].every((path) => path !== undefined);

test.skipIf(!engine || !ready)('redis with driver docker, from an image of this computer alone', async () => {
  const registry = 'nomadctl.test';
  const image = `redis:${randomBytes(4).toString('hex')}`;
  await importPrograms(engine!, programs as string[], `${registry}/${image}`);
  onTestFinished(async () => void (await engine!.call({ method: 'DELETE', path: `/images/${registry}/${image}`, query: { force: true } })));
  const lab = openLab();
  onTestFinished(() => lab.end());

  await lab.must(['up', '--clients', '2']);
  const variables = { registry, redis_image: image, web_image: image };
  const flags = Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}=${value}`]);
  const deployed = await lab.must(['job', 'deploy', 'redis', '--driver', 'docker', ...flags, '--json']);
  expect(deployed.json()).toMatchObject({ outcome: 'healthy' });
  expect(await statesOf(engine!, `${registry}/${image}`)).toEqual(['running', 'running']);
  const verified = await lab.must(['job', 'verify', 'redis', '--failover']);
  expect(verified.stdout).toContain('PONG');

  // An image that nobody has: no three minutes until the deadline of the deployment, and the old one is back.
  const failed = await lab.run(['job', 'deploy', 'redis', '--driver', 'docker', ...flags, '--var', 'redis_image=redis:nowhere']);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/version 1 did not become healthy, and Nomad went back to version 0/);
  expect(failed.stderr).toMatch(
    /task redis-server · dead · restarted 3 times[^]*Driver Failure · Failed to pull `nomadctl\.test\/redis:nowhere`/,
  );
  // Docker's own words, and ours for what they mean.
  expect(failed.stderr).toMatch(/client-\d does not have the image nomadctl\.test\/redis:nowhere, and no registry that it reaches gave it/);
  expect(failed.ms).toBeLessThan(180_000);
  expect((await lab.must(['job', 'verify', 'redis'])).stdout).toContain('PONG');

  // With the job in it: its containers go, too.
  await lab.must(['down']);
  expect(problemsWhenDown(lab)).toEqual([]);
  expect(await statesOf(engine!, `${registry}/${image}`)).toEqual([]);
});

/** Of all containers that were made of it. */
async function statesOf({ call }: DockerEngine, image: string): Promise<string[]> {
  const filters = { ancestor: [image] };
  const found = await call<{ State: string }[]>({ path: '/containers/json', query: { all: true, filters } });
  return found.map(({ State }) => State);
}
