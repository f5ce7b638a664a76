import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostConfigs } from '../../../../src/agents/config/host-configs.js';
import { AWAIT_CLUSTER, securedHostFiles, securedHostFolders } from '../../../../src/agents/config/secured-host-files.js';
import { openDocument } from '../../../../packages/base/src/secret/open-document.js';
import type { NodeRole } from '../../../../src/cluster/node-roles.js';
import { requireTool } from '../../../helpers/require-tool.js';
import { secretOf } from '../../../helpers/secret-values.js';
import { tempHome } from '../../../helpers/temp-home.js';

const authority = 'certificate of the authority\n';
const common = {
  authorityKey: secretOf('key-of-the-authority'),
  gossip: { consul: secretOf('gossip-of-consul'), nomad: secretOf('gossip-of-nomad') },
  management: { consul: secretOf('management-of-consul'), nomad: secretOf('management-of-nomad') },
  dns: secretOf('token-for-dns'),
};
const own = { consul: secretOf('token-of-consul'), nomad: secretOf('token-of-nomad') };

function filesOf(role: NodeRole) {
  const host = { name: `${role}-1`, role, class: '', zone: 'z', privateIp: '10.80.0.11' };
  const configs = hostConfigs([host], { datacenter: 'dc1', authority }).get(host.name) ?? {};
  const files = securedHostFiles({ role, configs, authority, common, own, nomadServers: ['10.80.0.12', '10.80.0.13'] });
  const textOf = (content: (typeof files)[number]['content']) => (typeof content === 'string' ? content : openDocument(content));
  return new Map(files.map(({ path, mode, owner, content }) => [path, { mode, owner, text: textOf(content) }]));
}

test.each([
  ['consul-server', { '/var/lib/nomadctl/consul.d/secrets.json': ['gossip-of-consul', 'token-of-consul', 'token-for-dns'] }],
  [
    'nomad-server',
    {
      '/var/lib/nomadctl/consul.d/secrets.json': ['gossip-of-consul', 'token-of-consul', 'token-for-dns'],
      '/var/lib/nomadctl/nomad.d/secrets.json': ['gossip-of-nomad', 'token-of-nomad'],
    },
  ],
  [
    'client',
    {
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
  expect(unitOf('consul-server', 'consul')).toBe(
    [
      '# Written by nomadctl.',
      '[Service]',
      'SupplementaryGroups=nomadctl',
      'ExecStart=',
      'ExecStart=/usr/local/bin/consul agent -config-dir=/etc/consul.d -config-dir=/var/lib/nomadctl/consul.d',
      '',
    ].join('\n'),
  );
  expect(unitOf('nomad-server', 'nomad')).not.toContain('ExecStartPre');
  expect(unitOf('client', 'nomad')).toContain(`ExecStartPre=${AWAIT_CLUSTER}\n`);
  expect(unitOf('client', 'nomad')).not.toContain('SupplementaryGroups');
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
