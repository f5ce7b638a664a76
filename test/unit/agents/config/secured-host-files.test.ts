import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostConfigs } from '../../../../src/agents/config/host-configs.js';
import { AWAIT_CLUSTER, securedHostFiles, securedHostFolders } from '../../../../src/agents/config/secured-host-files.js';
import { openDocument } from '../../../../packages/base/src/secret/open-document.js';
import type { CommonSecrets } from '../../../../src/security/cluster-secrets.js';
import type { NodeRole } from '../../../../src/cluster/node-roles.js';
import { requireTool } from '../../../helpers/require-tool.js';
import { secretOf } from '../../../helpers/secret-values.js';
import { tempHome } from '../../../helpers/temp-home.js';

const authority = 'certificate of the authority\n';
const common = {
  authorityKey: secretOf('key-of-the-authority'),
  gossip: { consul: secretOf('gossip-of-consul'), nomad: secretOf('gossip-of-nomad') },
  management: { consul: secretOf('management-of-consul'), nomad: secretOf('management-of-nomad') },
  otherGossip: { consul: [], nomad: [] },
  dns: secretOf('token-for-dns'),
};
const own = { consul: secretOf('token-of-consul'), nomad: secretOf('token-of-nomad') };

function filesOf(role: NodeRole, otherGossip: CommonSecrets['otherGossip'] = common.otherGossip) {
  const host = { name: `${role}-1`, role, class: '', zone: 'z', privateIp: '10.80.0.11' };
  const configs = hostConfigs([host], { datacenter: 'dc1', authority }).get(host.name) ?? {};
  const files = securedHostFiles({
    role,
    configs,
    authority,
    common: { ...common, otherGossip },
    own,
    nomadServers: ['10.80.0.12', '10.80.0.13'],
  });
  const textOf = (content: (typeof files)[number]['content']) => (typeof content === 'string' ? content : openDocument(content));
  return new Map(files.map(({ path, mode, owner, content }) => [path, { mode, owner, text: textOf(content) }]));
}

test.each([
  [
    'consul-server',
    {
      '/var/lib/nomadctl/consul-gossip-keys': ['gossip-of-consul'],
      '/var/lib/nomadctl/consul.d/secrets.json': ['gossip-of-consul', 'token-of-consul', 'token-for-dns'],
    },
  ],
  [
    'nomad-server',
    {
      '/var/lib/nomadctl/consul-gossip-keys': ['gossip-of-consul'],
      '/var/lib/nomadctl/consul.d/secrets.json': ['gossip-of-consul', 'token-of-consul', 'token-for-dns'],
      '/var/lib/nomadctl/nomad-gossip-keys': ['gossip-of-nomad'],
      '/var/lib/nomadctl/nomad.d/secrets.json': ['gossip-of-nomad', 'token-of-nomad'],
    },
  ],
  [
    'client',
    {
      '/var/lib/nomadctl/consul-gossip-keys': ['gossip-of-consul'],
      '/var/lib/nomadctl/consul.d/secrets.json': ['gossip-of-consul', 'token-of-consul', 'token-for-dns'],
      '/var/lib/nomadctl/nomad.d/secrets.json': ['token-of-nomad'],
    },
  ],
] as const)('what is secret on a %s is in files of its agents alone, and no more than they need', (role, wanted) => {
  const secrets = ['key-of-the-authority', 'gossip-of-', 'management-of-', 'token-'];
  const found = [...filesOf(role)].filter(([, { text }]) => secrets.some((secret) => text.includes(secret)));
  expect(found.map(([path]) => path).sort()).toEqual(Object.keys(wanted));
  for (const [path, { mode, owner, text }] of found) {
    expect([path, mode, owner]).toEqual([path, '0640', expect.stringMatching(/^root:(consul|nomad|root)$/)]);
    for (const secret of wanted[path as keyof typeof wanted]) expect(text).toContain(secret);
    expect(text.match(/gossip-of-\w+|token-\w+-\w+|management-of-\w+/g)).toHaveLength(wanted[path as keyof typeof wanted]['length']);
  }
});

test('each file has its folder, and tasks get a copy of none that is secret', () => {
  for (const role of ['consul-server', 'nomad-server', 'client'] as const) {
    const made = [...securedHostFolders(role).map(({ path }) => path), '/etc/consul.d', '/etc/nomad.d'];
    for (const [path, { text }] of filesOf(role)) {
      expect(made).toContain(path.slice(0, path.lastIndexOf('/')));
      if (path.startsWith('/etc/')) expect(text).not.toMatch(/gossip-of|token-of|token-for/);
    }
  }
});

test("a unit reads both folders; only Nomad's client waits, and only it has no group", () => {
  const unitOf = (role: NodeRole, program: string) =>
    filesOf(role).get(`/etc/systemd/system/${program}.service.d/nomadctl-secured.conf`)?.text;
  expect(unitOf('consul-server', 'consul')?.split('\n')).toEqual([
    '# Written by nomadctl.',
    '[Service]',
    'SupplementaryGroups=nomadctl',
    'ExecStart=',
    'ExecStart=/usr/local/bin/consul agent -config-dir=/etc/consul.d -config-dir=/var/lib/nomadctl/consul.d',
    expect.stringMatching(/^ExecStartPre=-\/bin\/sh -c '.*'$/),
    '',
  ]);
  expect(unitOf('nomad-server', 'nomad')).not.toContain(AWAIT_CLUSTER);
  expect(unitOf('client', 'nomad')).toContain(`ExecStartPre=${AWAIT_CLUSTER}\n`);
  expect(unitOf('client', 'nomad')).not.toContain('SupplementaryGroups');
});

test('an agent without data begins with all keys that others may use; one that has some keeps them', async () => {
  const files = filesOf('nomad-server', { consul: [secretOf('old-of-consul')], nomad: [secretOf('old-of-nomad')] });
  const home = await tempHome();
  for (const [program, keyring, folder] of [
    ['consul', 'serf/local.keyring', '/opt/consul'],
    ['nomad', 'server/serf.keyring', '/opt/nomad'],
  ] as const) {
    const keys = files.get(`/var/lib/nomadctl/${program}-gossip-keys`)?.text ?? '';
    expect(JSON.parse(keys)).toEqual([`gossip-of-${program}`, `old-of-${program}`]);
    writeFileSync(join(home, `${program}-gossip-keys`), keys);
    const unit = files.get(`/etc/systemd/system/${program}.service.d/nomadctl-secured.conf`)?.text ?? '';
    const line = /^ExecStartPre=-\/bin\/sh -c '(.*)'$/m.exec(unit)?.[1] ?? '';
    const moved = line.replaceAll('/var/lib/nomadctl', home).replaceAll(folder, join(home, program));
    execFileSync('sh', ['-c', moved]);
    const made = join(home, program, keyring);
    expect([readFileSync(made, 'utf8'), statSync(made).mode & 0o777]).toEqual([keys, 0o600]);
    writeFileSync(made, '["another"]');
    execFileSync('sh', ['-c', moved]);
    expect(readFileSync(made, 'utf8')).toBe('["another"]');
  }
});

test('what it waits by is whole shell, and knows the servers', async () => {
  const script = filesOf('client').get(AWAIT_CLUSTER)?.text ?? '';
  const file = join(await tempHome(), 'await-cluster');
  writeFileSync(file, script);
  execFileSync('bash', ['-n', file]);
  const shellcheck = requireTool('shellcheck');
  if (shellcheck) execFileSync(shellcheck, [file]);
  expect(script).toContain('for server in 10.80.0.12 10.80.0.13; do');
  expect(script).not.toMatch(/token-of|management-of/);
  expect(filesOf('nomad-server').has(AWAIT_CLUSTER)).toBe(false);
});
