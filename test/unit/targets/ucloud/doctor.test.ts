import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeSecrets } from '../../../../src/config/secrets.js';
import type { Context } from '../../../../src/context.js';
import { installedPath } from '../../../../src/programs/tool-folder.js';
import { ucloudDoctor } from '../../../../src/targets/ucloud/doctor.js';
import { providerFinding } from '../../../../src/targets/ucloud/doctor-provider.js';
import type { UcloudTargetCluster } from '../../../../src/targets/ucloud/ucloud-cluster.js';
import { emulatedCloud } from '../../../helpers/emulated-cloud.js';
import { specOf } from '../../../../src/programs/tool-versions.js';
import { versionScript } from '../../../helpers/release-server.js';
import { requireTool } from '../../../helpers/require-tool.js';
import { createToolWorld, writeProgram } from '../../../helpers/tool-context.js';
import { secretOf } from '../../../helpers/secret-values.js';

function clusterOf(ctx: Context, settings: Partial<UcloudTargetCluster['settings']> = {}): UcloudTargetCluster {
  const given = { baseUrl: 'http://127.0.0.1:1', projectId: 'org-1', region: 'cn-bj2', pluginMirror: '', ...settings };
  return { name: 'prod', target: 'ucloud', settings: given as UcloudTargetCluster['settings'], paths: ctx.paths.cluster('prod') };
}

async function lineOf(id: string, ctx: Context, cluster?: UcloudTargetCluster) {
  return (await ucloudDoctor(ctx, cluster)).find((finding) => finding.id === id);
}

/** Says of every template what packers without the builder say. */
const STRIPPED = `#!/bin/sh
[ "$1" = version ] && echo 'Packer v1.8.5' && exit 0
echo "Error: Failed to initialize build 'ucloud-uhost': builder not found" >&2
exit 1
`;

describe('with no cluster on UCloud', () => {
  it('is all optional', async () => {
    const { ctx } = await createToolWorld();
    const findings = await ucloudDoctor(ctx);
    expect(findings.map(({ id }) => id)).toEqual(['packer-ucloud', 'terraform-ucloud', 'ssh', 'ssh-keygen', 'ucloud-keys']);
    expect(findings.every(({ ok, optional }) => ok || optional)).toBe(true);
  });
});

describe("packer's builder", () => {
  const packer = requireTool('packer');

  it.skipIf(!packer)('is found in a packer that has it', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeProgram(join(bin, 'packer'), `#!/bin/sh\nexec ${packer} "$@"\n`);
    expect(await lineOf('packer-ucloud', ctx)).toMatchObject({ ok: true, found: expect.stringMatching(/^in packer 1\.8/) as string });
  });

  it('is missed in one that has it not, and in none', async () => {
    const { ctx, bin } = await createToolWorld();
    const none = await lineOf('packer-ucloud', ctx, clusterOf(ctx));
    expect(none).toMatchObject({ ok: false, found: 'no packer', fix: { command: 'nomadctl tools install packer' } });
    expect(none?.fix?.run, '--fix gets it').toBeDefined();
    expect((await lineOf('packer-ucloud', ctx))?.fix?.run, 'not for those without a cluster on UCloud').toBeUndefined();
    await writeProgram(join(bin, 'packer'), STRIPPED);
    const line = await lineOf('packer-ucloud', ctx, clusterOf(ctx));
    // Ours alone would not help: the one on PATH comes first, unless ours is named.
    const own = installedPath(ctx, 'packer', specOf('packer').version);
    const command = `nomadctl tools install packer --from source && export NOMADCTL_PACKER_BIN=${own}`;
    expect(line).toMatchObject({ ok: false, fix: { command } });
    expect(line?.found).toContain('has no builder for UCloud');
    expect(line?.optional).toBeUndefined();
  });
});

describe("terraform's provider", () => {
  async function world() {
    const { ctx, bin, folder: home } = await createToolWorld();
    await writeProgram(join(bin, 'terraform'), versionScript('terraform', '1.11.4'));
    return { ctx, home };
  }

  it('is found in a folder that terraform looks into', async () => {
    const { ctx, home } = await world();
    await mkdir(join(home, '.terraform.d/plugins/registry.terraform.io/ucloud/ucloud/1.39.2'), { recursive: true });
    expect(await lineOf('terraform-ucloud', ctx)).toMatchObject({ ok: true, found: `1.39.2, ${join(home, '.terraform.d/plugins')}` });
  });

  it('is asked for at the registry where it lies in no folder', async () => {
    const { ctx } = await world();
    const asked: string[] = [];
    const server = createServer((request, reply) => {
      asked.push(`${request.method} ${request.url}`);
      reply.writeHead(200).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const there = () => providerFinding(ctx, clusterOf(ctx), () => `http://127.0.0.1:${port}`);
    expect(await there()).toMatchObject({ ok: true, found: 'not here: terraform init fetches it from registry.terraform.io' });
    expect(asked).toEqual(['HEAD /v1/providers/ucloud/ucloud/versions']);
    server.close();
    await once(server, 'close');
    expect(await there()).toMatchObject({
      ok: false,
      found: 'not here: registry.terraform.io does not answer',
      fix: { command: 'let this computer reach registry.terraform.io, or: nomadctl mirror build' },
    });
  });

  it('is nothing to OpenTofu when it lies there for terraform', async () => {
    const { ctx, bin, folder: home } = await createToolWorld();
    await writeProgram(join(bin, 'tofu'), versionScript('tofu', '1.10.6'));
    const at = (registry: string) => mkdir(join(home, '.terraform.d/plugins', registry, 'ucloud/ucloud/1.39.2'), { recursive: true });
    await at('registry.terraform.io');
    const found = expect.stringMatching(/^for terraform alone .* registry\.opentofu\.org does not answer/) as string;
    expect(await providerFinding(ctx, undefined, () => 'http://127.0.0.1:1')).toMatchObject({ ok: false, found });
    await at('registry.opentofu.org');
    expect(await lineOf('terraform-ucloud', ctx)).toMatchObject({ ok: true, found: `1.39.2, ${join(home, '.terraform.d/plugins')}` });
  });

  it("is asked for at the cluster's mirror, which must speak https", async () => {
    const { ctx } = await world();
    const away = await lineOf('terraform-ucloud', ctx, clusterOf(ctx, { pluginMirror: 'https://127.0.0.1:1/mirror/' }));
    expect(away).toMatchObject({
      ok: false,
      found: 'https://127.0.0.1:1/mirror/registry.terraform.io/ucloud/ucloud/index.json does not answer',
    });
    const plain = await lineOf('terraform-ucloud', ctx, clusterOf(ctx, { pluginMirror: 'http://127.0.0.1:1' }));
    expect(plain?.found).toMatch(/^not here/);
  });
});

describe('keys', () => {
  it('are tried, those that were kept too', async () => {
    const cloud = await emulatedCloud();
    const { ctx } = await createToolWorld();
    const { publicKey, privateKey, projectId, region } = cloud.credentials;
    const cluster = clusterOf(ctx, { baseUrl: cloud.url, projectId, region });
    expect(await lineOf('ucloud-keys', ctx, cluster)).toMatchObject({ ok: false, found: 'none', fix: { command: 'nomadctl init prod' } });
    const kept = { ucloudPublicKey: secretOf(publicKey), ucloudPrivateKey: secretOf(privateKey) };
    await writeSecrets(cluster.paths, kept, ctx);
    expect(await lineOf('ucloud-keys', ctx, cluster)).toMatchObject({ ok: true, found: `those of the cluster work in ${projectId}` });
    const env = { ...ctx.env, UCLOUD_PUBLIC_KEY: publicKey, UCLOUD_PRIVATE_KEY: 'wrong-key' };
    const wrong = await lineOf('ucloud-keys', { ...ctx, env }, cluster);
    expect(wrong).toMatchObject({ ok: false, found: expect.stringContaining('code 171') as string });
  });

  it('do not stop the examination when UCloud does not answer', async () => {
    const { ctx } = await createToolWorld();
    const env = { ...ctx.env, UCLOUD_PUBKEY: 'somebody', UCLOUD_SECRET: 'some-key' };
    expect(await lineOf('ucloud-keys', { ...ctx, env }, clusterOf(ctx))).toMatchObject({
      ok: false,
      found: expect.stringContaining('did not answer') as string,
    });
  });
});
