import { afterAll, expect, test } from 'vitest';
import { balancedPrograms, writeBalancedTopology } from '../helpers/balanced-topology.js';
import { dockerEngine } from '../helpers/docker-engine.js';
import { imagedCluster } from '../helpers/imaged-cluster.js';
import { canRunMachines } from '../helpers/machines-cloud.js';
import { canOperate, loadImage } from '../helpers/ucloud-operator.js';

const engine = await dockerEngine();
afterAll(() => engine?.close());
const programs = balancedPrograms();
const able = (await canRunMachines()) && canOperate && programs.every((path) => path !== undefined);

test.skipIf(!able)('services behind balancers on hosts of UCloud: up, followed, scaled, proved, gone', { timeout: 1_200_000 }, async () => {
  const { me, mirror } = await imagedCluster({ clients: 2 });
  await me.must('up');
  const image = await loadImage(me, engine!, { programs: programs as string[], clients: ['client-1', 'client-2'], mirror });
  const file = writeBalancedTopology(me.home, { image });

  await me.must('discovery', 'up', '--file', file, '--yes');
  expect((await me.must('discovery', 'status')).stdout).toMatch(/nginx/);
  // An instance more and one fewer under requests: each balancer follows, and no request is lost.
  expect((await me.must('discovery', 'test')).stdout).toMatch(/none failed/);
  await me.must('discovery', 'scale', 'microbot', '3');
  await me.must('discovery', 'status');
  // What a stranger on a host asks for, by the name that Consul gives it: the seed's own address.
  const asked = await me.must('exec', 'client-1', '--', 'curl', '-sS', 'http://microbot.service.consul:9999/');
  expect(asked.stdout).toMatch(/^microbot 1 from allocation [0-9a-f-]{36}$/m);
  await me.must('discovery', 'down', '--yes');
  expect((await me.must('job', 'list')).stdout).not.toMatch(/^(microbot|nginx|haproxy|fabio) +(running|pending)/m);
  await me.must('down', '--yes');
});
