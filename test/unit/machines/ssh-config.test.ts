import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sshConfigOf } from '../../../src/machines/ssh-config.js';
import { sshPathsOf, type JumpSettings } from '../../../src/machines/ssh-key.js';
import type { UcloudHost } from '../../../src/ucloud/ucloud-state.js';
import { requireTool } from '../../helpers/require-tool.js';
import { tempHome } from '../../helpers/temp-home.js';

const server: UcloudHost = {
  name: 'nomad-server-1',
  role: 'nomad-server',
  id: 'uhost-server',
  zone: 'cn-bj2-02',
  privateIp: '10.80.0.12',
  publicIp: '203.0.113.12',
  imageId: 'uimage-1',
};
const { publicIp: _, ...inside } = { ...server, name: 'client-1', role: 'client' as const, id: 'uhost-client', privateIp: '10.81.0.11' };
const ssh = requireTool('ssh');

/** What OpenSSH itself makes of it. */
async function settingsFor(node: string, hosts: readonly UcloudHost[], jump: JumpSettings = {}): Promise<Record<string, string>> {
  const folder = join(await tempHome(), 'a % b');
  const text = await sshConfigOf(hosts, { ...sshPathsOf({ dir: folder }, jump), knownHosts: join(folder, 'known hosts') });
  const file = join(await tempHome(), 'config');
  writeFileSync(file, text);
  const lines = execFileSync(ssh ?? '', ['-G', '-F', file, node], { encoding: 'utf8' })
    .trim()
    .split('\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
}

test.skipIf(!ssh)('a host is known by its own key alone, under its id', async () => {
  const settings = await settingsFor('nomad-server-1', [server, inside]);
  expect(settings).toMatchObject({
    hostname: '203.0.113.12',
    hostkeyalias: 'uhost-server',
    user: 'root',
    stricthostkeychecking: 'true',
    identitiesonly: 'yes',
    passwordauthentication: 'no',
    globalknownhostsfile: '/dev/null',
    updatehostkeys: 'false',
  });
  expect(settings['userknownhostsfile']).toMatch(/a % b\/known hosts$/);
  expect(settings).not.toHaveProperty('proxyjump');
});

test.skipIf(!ssh)('a host without a public address is reached through a server', async () => {
  expect(await settingsFor('client-1', [server, inside])).toMatchObject({
    hostname: '10.81.0.11',
    hostkeyalias: 'uhost-client',
    proxyjump: 'nomad-server-1',
  });
});

const { publicIp: __, ...hidden } = server;
const client: UcloudHost = { ...inside, publicIp: '203.0.113.21' };

test.skipIf(!ssh)(
  'servers without public addresses are reached through a client that has one, and which is known by what it showed first',
  async () => {
    expect(await settingsFor('nomad-server-1', [hidden, client])).toMatchObject({
      ...{ hostname: '10.80.0.12', hostkeyalias: 'uhost-server', stricthostkeychecking: 'true', proxyjump: 'nomadctl-jump' },
    });
    const between = await settingsFor('nomadctl-jump', [hidden, client]);
    expect(between).toMatchObject({ hostname: '203.0.113.21', hostkeyalias: 'uhost-client', stricthostkeychecking: 'accept-new' });
    expect(between['userknownhostsfile']).toMatch(/jump_known_hosts$/);
    expect(between).not.toHaveProperty('proxyjump');
    // As a host of the cluster it is known by its own key, as all are.
    expect(await settingsFor('client-1', [hidden, client])).toMatchObject({ stricthostkeychecking: 'true', hostname: '203.0.113.21' });
  },
);

test.skipIf(!ssh)('a jumpHost is reached by ssh as its owner has set it up', async () => {
  const config = '/etc/ssh/a folder/config';
  const settings = await settingsFor('nomad-server-1', [hidden], { jumpHost: 'ops@[2001:db8::1]:2222', jumpSshConfig: config });
  expect(settings['proxycommand']).toMatch(
    /^ssh -o ControlPath=\S+ -o ConnectTimeout=15 -W '\[%h\]:%p' -F '\/etc\/ssh\/a folder\/config' -p 2222 ops@2001:db8::1$/,
  );
});

test.skipIf(!ssh)('with jumpHost direct nobody is in between', async () => {
  const settings = await settingsFor('nomad-server-1', [hidden, client], { jumpHost: 'direct' });
  expect(settings).toMatchObject({ hostname: '10.80.0.12' });
  expect([settings['proxyjump'], settings['proxycommand']]).toEqual([undefined, undefined]);
});
