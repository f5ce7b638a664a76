import { execFile } from 'node:child_process';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { hostConfigs, type AgentHost } from '../../src/agents/config/host-configs.js';
import { guardRules } from '../../src/machines/port-guard.js';
import { requireTool } from '../helpers/require-tool.js';
import { tempHome } from '../helpers/temp-home.js';
import { requireProvider } from '../helpers/terraform-provider.js';

const run = promisify(execFile);
const templates = fileURLToPath(new URL('../../templates/terraform', import.meta.url));
const golden = fileURLToPath(new URL('../golden/terraform/user-data', import.meta.url));
const terraform = requireTool('terraform');
const shellcheck = requireTool('shellcheck');

/** A host whose agents are told everything over SSH. */
const SECURED = 'client-secured-1';

const servers = (role: 'consul-server' | 'nomad-server', first: number): AgentHost[] =>
  [1, 2, 3].map((number) => ({ name: `${role}-${number}`, role, class: '', zone: 'cn-bj2-02', privateIp: `10.80.0.${first + number}` }));
const client = (name: string, kind: string, privateIp: string): AgentHost => ({
  ...{ name, role: 'client', class: kind, zone: 'cn-bj2-02', privateIp },
});
const hosts = [
  ...servers('consul-server', 10),
  ...servers('nomad-server', 13),
  client('client-1', 'default', '10.81.0.11'),
  client('client-web-1', 'web', '10.81.0.12'),
  client(SECURED, 'default', '10.81.0.13'),
];
/** Name, and whether it has a data disk. */
const shown: Readonly<Record<string, boolean>> = {
  'consul-server-1': true,
  'nomad-server-2': true,
  'client-1': true,
  'client-web-1': false,
  [SECURED]: true,
};

/** What hosts are given at their first boot, by the module that the `cluster` root renders it with. It needs no provider. */
async function renderUserData(dir: string): Promise<Record<string, string>> {
  const configs = hostConfigs(hosts, { datacenter: 'dc1' });
  const addresses = (role: string): string[] => hosts.flatMap((host) => (host.role === role ? [host.privateIp] : []));
  const module = (name: string, dataDisk: boolean): object => {
    const { role, privateIp } = hosts.find((host) => host.name === name) as AgentHost;
    return {
      source: join(templates, 'cluster/modules/user-data'),
      ...{ name, role, private_ip: privateIp, data_disk: dataDisk, agents: name === SECURED ? {} : configs.get(name) },
      ...{ consul_servers: addresses('consul-server'), nomad_servers: addresses('nomad-server') },
      ssh_public_keys: ['ssh-ed25519 AAAAone nomadctl-prod', 'ssh-ed25519 AAAAtwo ann@desk'],
      guard_rules: guardRules({ networks: ['10.80.0.0/24', '10.81.0.0/24'], callers: ['203.0.113.7/32', '10.9.0.0/16'] }),
    };
  };
  const config = {
    module: Object.fromEntries(Object.entries(shown).map(([name, dataDisk]) => [name, module(name, dataDisk)])),
    output: { scripts: { value: Object.fromEntries(Object.keys(shown).map((name) => [name, `\${module.${name}.script}`])) } },
  };
  await writeFile(join(dir, 'main.tf.json'), JSON.stringify(config));
  const env = { PATH: process.env['PATH'], HOME: dir, CHECKPOINT_DISABLE: '1' };
  await run(terraform ?? '', ['init', '-no-color'], { cwd: dir, env });
  await run(terraform ?? '', ['apply', '-auto-approve', '-no-color'], { cwd: dir, env });
  const { stdout } = await run(terraform ?? '', ['output', '-json', 'scripts'], { cwd: dir, env });
  return JSON.parse(stdout) as Record<string, string>;
}

describe.skipIf(!terraform)('what hosts are given at their first boot', () => {
  test('is what it was, short enough, whole shell, and the configurations as they are', async () => {
    const dir = await tempHome();
    const rendered = await renderUserData(dir);
    const configs = hostConfigs(hosts, { datacenter: 'dc1' });
    expect(Object.keys(rendered).sort()).toEqual(Object.keys(shown).sort());
    for (const [name, script] of Object.entries(rendered)) {
      await expect(script).toMatchFileSnapshot(join(golden, `${name}.sh`));
      expect(script.length).toBeLessThan(16_384);
      const file = join(dir, `${name}.sh`);
      await writeFile(file, script);
      await run('bash', ['-n', file]);
      if (shellcheck) await run(shellcheck, [file]);
      if (name === SECURED) continue;
      for (const text of Object.values(configs.get(name) ?? {})) expect(script.split('\n')).toContain(text);
    }
    expect(rendered['consul-server-1']).not.toContain('/etc/nomad.d');
    expect(rendered[SECURED]).not.toMatch(/consul\.json|nomad\.json|systemctl (enable|restart) (consul|nomad)$/m);
  });
});

describe.each([
  ['network', 'ucloud/ucloud'],
  ['cluster', 'ucloud/ucloud'],
  ['jobs', 'hashicorp/nomad'],
])('the root %s', (root, provider) => {
  const plugins = requireProvider(provider);

  test.skipIf(!terraform)('is formatted as terraform formats it', async () => {
    await run(terraform ?? '', ['fmt', '-check', '-recursive', '-diff', join(templates, root)], {
      env: { PATH: process.env['PATH'], CHECKPOINT_DISABLE: '1' },
    });
  });

  test.skipIf(!terraform || !plugins)('is valid', async () => {
    const dir = await tempHome();
    await cp(join(templates, root), dir, { recursive: true });
    const rc = join(dir, 'rc');
    await writeFile(rc, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(plugins)}\n  }\n}\n`);
    const env = { PATH: process.env['PATH'], HOME: dir, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: rc };
    await run(terraform ?? '', ['init', '-no-color'], { cwd: dir, env });
    const { stdout } = await run(terraform ?? '', ['validate', '-json'], { cwd: dir, env });
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, diagnostics: [] });
  });
});
