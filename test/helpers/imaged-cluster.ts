import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { serveFiles } from '../../src/mirror/serve-files.js';
import { freeSubnets } from './docker-engine.js';
import { machinesCloud } from './machines-cloud.js';
import { ownAddress } from './own-address.js';
import { operatorOf } from './ucloud-operator.js';

interface ImagedRequest {
  readonly clients: number;
  readonly allowIp?: string;
  /** More, for `init`. */
  readonly flags?: readonly string[];
}

/**
 * A cluster `prod` that is not up yet, with one server of each kind, on an emulated cloud whose hosts are containers: its images are
 * built, from a mirror of the operator's.
 */
export async function imagedCluster({ clients, allowIp = '127.0.0.0/8', flags = [] }: ImagedRequest) {
  const cloud = await machinesCloud({ timeScale: 20 });
  const me = await operatorOf(cloud.credentials);
  const root = join(me.home, 'mirror');
  await me.must('mirror', 'build', '--to', root);
  const server = await serveFiles({ root, host: '0.0.0.0', port: 0 });
  onTestFinished(() => server.close());
  const address = `http://${ownAddress()}:${server.port}`;
  const [managementCidr = '', clientsCidr = ''] = freeSubnets(2);
  await me.must(
    ...['init', 'prod', '--target', 'ucloud', '--yes', '--base-url', cloud.url, '--project-id', cloud.credentials.projectId],
    ...['--allow-ip', allowIp, '--file-server', address],
    ...['--management-cidr', managementCidr, '--clients-cidr', clientsCidr],
    ...['--consul-servers', '1', '--nomad-servers', '1', '--clients', String(clients), ...flags],
  );
  await me.must('use', 'prod');
  await me.must('build-images');
  return { cloud, me, mirror: { root, address } };
}
