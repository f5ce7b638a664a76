import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { requireTool } from '../helpers/require-tool.js';
import { tempHome } from '../helpers/temp-home.js';
import { requireProvider } from '../helpers/terraform-provider.js';

const run = promisify(execFile);
const templates = fileURLToPath(new URL('../../templates/terraform', import.meta.url));
const golden = fileURLToPath(new URL('../golden/terraform/user-data', import.meta.url));
const terraform = requireTool('terraform');
const [consul, nomad, shellcheck] = [requireTool('consul'), requireTool('nomad'), requireTool('shellcheck')];

const hosts = {
  'consul-server-1': { role: 'consul-server', class: '', private_ip: '10.80.0.11', data_disk: true },
  'nomad-server-2': { role: 'nomad-server', class: '', private_ip: '10.80.0.15', data_disk: true },
  'client-1': { role: 'client', class: 'default', private_ip: '10.81.0.11', data_disk: true },
  'client-web-1': { role: 'client', class: 'web', private_ip: '10.81.0.12', data_disk: false },
};

interface Rendered {
  readonly script: string;
  readonly consul: string;
  readonly nomad: string | null;
}

/** What hosts are given at their first boot, by the module that the `cluster` root renders it with. It needs no provider. */
async function renderUserData(dir: string): Promise<Record<string, Rendered>> {
  const values = Object.entries(hosts).map(([name, host]) => ({ ...host, name }));
  const servers = { consul_servers: ['10.80.0.11', '10.80.0.12', '10.80.0.13'], nomad_servers: ['10.80.0.14', '10.80.0.15', '10.80.0.16'] };
  const config = {
    module: {
      host: {
        source: join(templates, 'cluster/modules/user-data'),
        for_each: Object.fromEntries(values.map((value) => [value.name, value])),
        ...Object.fromEntries(['name', 'role', 'class', 'private_ip', 'data_disk'].map((key) => [key, `\${each.value.${key}}`])),
        ...{ zone: 'cn-bj2-02', datacenter: 'dc1', ssh_public_keys: ['ssh-ed25519 AAAAone nomadctl-prod', 'ssh-ed25519 AAAAtwo ann@desk'] },
        ...servers,
      },
    },
    output: {
      hosts: {
        value:
          '${{ for name, host in module.host : name => { script = host.script, consul = host.consul_config, nomad = host.nomad_config } }}',
      },
    },
  };
  await writeFile(join(dir, 'main.tf.json'), JSON.stringify(config));
  const env = { PATH: process.env['PATH'], HOME: dir, CHECKPOINT_DISABLE: '1' };
  await run(terraform ?? '', ['init', '-no-color'], { cwd: dir, env });
  await run(terraform ?? '', ['apply', '-auto-approve', '-no-color'], { cwd: dir, env });
  const { stdout } = await run(terraform ?? '', ['output', '-json', 'hosts'], { cwd: dir, env });
  return JSON.parse(stdout) as Record<string, Rendered>;
}

describe.skipIf(!terraform)('what hosts are given at their first boot', () => {
  test('is what it was, short enough, whole shell, and agents that Consul and Nomad accept', async () => {
    const dir = await tempHome();
    const rendered = await renderUserData(dir);
    expect(Object.keys(rendered).sort()).toEqual(Object.keys(hosts).sort());
    for (const [name, { script, consul: consulConfig, nomad: nomadConfig }] of Object.entries(rendered)) {
      await expect(script).toMatchFileSnapshot(join(golden, `${name}.sh`));
      expect(script.length).toBeLessThan(16_384);
      const file = join(dir, `${name}.sh`);
      await writeFile(file, script);
      await run('bash', ['-n', file]);
      if (shellcheck) await run(shellcheck, [file]);
      await mkdir(join(dir, name, 'consul'), { recursive: true });
      await mkdir(join(dir, name, 'nomad'), { recursive: true });
      await writeFile(join(dir, name, 'consul/consul.json'), consulConfig);
      if (consul) await run(consul, ['validate', join(dir, name, 'consul')]);
      if (nomadConfig === null) continue;
      await writeFile(join(dir, name, 'nomad/nomad.json'), nomadConfig);
      if (nomad) await run(nomad, ['config', 'validate', join(dir, name, 'nomad')]);
    }
    expect(rendered['consul-server-1']?.nomad).toBeNull();
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
