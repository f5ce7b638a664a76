import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CatalogNode } from '../../../src/clients/consul/consul-replies.js';
import { learnHostKeys } from '../../../src/machines/host-keys.js';
import { tempHome } from '../../helpers/temp-home.js';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAbc';
const OTHER = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDef';
const host = { id: 'uhost-1', name: 'client-1', privateIp: '10.81.0.11' };
const node = (key: string, address = host.privateIp, name = host.name): CatalogNode => ({
  id: 'e7f0',
  name,
  address,
  meta: { ssh_host_ed25519: key },
});

async function scene() {
  const folder = join(await tempHome(), 'ssh');
  const paths = { folder, knownHosts: join(folder, 'known_hosts') };
  const learn = (hosts: readonly (typeof host)[], nodes: readonly CatalogNode[]) => learnHostKeys(paths, hosts, async () => nodes);
  return { learn, known: () => readFileSync(paths.knownHosts, 'utf8') };
}

test('a key is kept under the id of its host', async () => {
  const { learn, known } = await scene();
  expect(await learn([host], [node(KEY)])).toEqual([]);
  expect(known()).toBe(`uhost-1 ${KEY}\n`);
});

test('what is known stays, whatever the catalogue says later', async () => {
  const { learn, known } = await scene();
  await learn([host], [node(KEY)]);
  await learn(
    [host, { ...host, id: 'uhost-2', name: 'client-2', privateIp: '10.81.0.12' }],
    [node(OTHER), node(OTHER, '10.81.0.12', 'client-2')],
  );
  expect(known()).toBe(`uhost-1 ${KEY}\nuhost-2 ${OTHER}\n`);
});

test('a host that took the name of another is not given the other’s key', async () => {
  const { learn, known } = await scene();
  await learn([host], [node(KEY)]);
  const replaced = { ...host, id: 'uhost-9', privateIp: '10.81.0.19' };
  expect(await learn([replaced], [node(KEY)])).toEqual(['client-1']);
  expect(await learn([replaced], [node(KEY), node(OTHER, '10.81.0.19')])).toEqual([]);
  expect(known()).toBe(`uhost-9 ${OTHER}\n`);
});

test.each(['ssh-rsa AAAA', `${KEY}\n* ${OTHER}`, ''])('what is no key of that kind is no key: %j', async (told) => {
  const { learn } = await scene();
  expect(await learn([host], [node(told)])).toEqual(['client-1']);
});
