import { expect, test } from 'vitest';
import { dockerTask, jobSpec, ownTask } from '../../../src/bootstrap/nomad/task.js';
import { createTestContext } from '../../helpers/test-context.js';

const facts = { name: 'nomadctl-bootstrap-prod', cluster: 'prod', node: 'id-1', pool: 'default' };

test('a job of this computer goes to where the volume lies, and mounts nothing', async () => {
  const ctx = await createTestContext({ env: { PATH: '/of/this/shell', HOME: '/home/me', TF_CLI_CONFIG_FILE: '/home/me/rc' } });
  const { Constraints, TaskGroups, NodePool } = jobSpec({
    ...facts,
    task: ownTask('/data/host_volumes/7', ['/opt/tf/terraform', '/usr/bin/ssh'], ctx),
  });
  const [group] = TaskGroups;
  const [task] = group?.Tasks ?? [];
  expect(task).toMatchObject({ Driver: 'raw_exec', VolumeMounts: [], KillSignal: 'SIGINT' });
  expect(task?.['Env']).toMatchObject({
    HOME: '/home/me',
    TF_CLI_CONFIG_FILE: '/home/me/rc',
    NOMADCTL_HOME: '/data/host_volumes/7/nomadctl',
    NOMADCTL_TOOLS: ctx.paths.tools,
    PATH: expect.stringMatching(/^\/opt\/tf:\/usr\/bin:.*:\/bin$/),
  });
  expect((task?.['Config'] as { args: string[] }).args.slice(-3)).toEqual(['run', '--volume', '/data/host_volumes/7']);
  // The group has the volume all the same: nobody else gets it, and nobody deletes it.
  expect(group?.Volumes).toMatchObject({ project: { Type: 'host', Source: facts.name } });
  expect([NodePool, Constraints]).toEqual(['default', [{ LTarget: '${node.unique.id}', RTarget: 'id-1', Operand: '=' }]]);
});

test('a job of an image mounts the volume, and keeps its host name', () => {
  const task = dockerTask({ name: facts.name, image: 'nomadctl-bootstrap:1', network: 'host' });
  const [group] = jobSpec({ ...facts, task }).TaskGroups;
  expect(group?.Tasks[0]).toMatchObject({
    Driver: 'docker',
    Config: { image: 'nomadctl-bootstrap:1', force_pull: false, hostname: facts.name, network_mode: 'host' },
    VolumeMounts: [{ Volume: 'project', Destination: '/project' }],
    Env: { NOMADCTL_HOME: '/project/nomadctl' },
  });
});

test('nothing secret of the environment is in a job, which Nomad shows', async () => {
  const secret = 'hunter2';
  const env = {
    ...{
      PATH: '/usr/bin',
      UCLOUD_PRIVATE_KEY: secret,
      UCLOUD_PUBLIC_KEY: secret,
      CONSUL_HTTP_TOKEN: secret,
      AWS_SECRET_ACCESS_KEY: secret,
    },
    https_proxy: `http://me:${secret}@proxy:3128`,
  };
  const ctx = await createTestContext({ env });
  expect(JSON.stringify(jobSpec({ ...facts, task: ownTask('/v', [], ctx) }))).not.toContain(secret);
});
