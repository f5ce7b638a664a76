import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isGenerated, writeClusterFile } from '../../../src/config/cluster-file.js';
import { loadCluster } from '../../../src/config/load-cluster.js';
import { recordSettings } from '../../../src/config/record-settings.js';
import type { Context } from '../../../src/context.js';
import { sampleTable, sampleTarget } from '../../helpers/sample-target.js';
import { createTestContext } from '../../helpers/test-context.js';

const targets = [sampleTarget()];

async function up(ctx: Context, flags: Record<string, unknown> = {}) {
  const loaded = await loadCluster(ctx, { name: 'dev', targets, flags });
  return { kept: await recordSettings(loaded, targets), settings: loaded.cluster.settings };
}

describe('recordSettings', () => {
  it('makes a file, keeps it up to date, and still calls it its own', async () => {
    const ctx = await createTestContext();
    const { file } = ctx.paths.cluster('dev');
    expect((await up(ctx)).kept).toBe('created');
    expect((await up(ctx)).kept).toBe('unchanged');
    expect((await up(ctx, { clients: '5' })).kept).toBe('updated');
    const after = await up(ctx, { versionsConsul: '1.22.0', splitRoles: true });
    expect(after.kept).toBe('updated');
    expect(after.settings).toMatchObject({ clients: 5 });
    expect((await up(ctx)).settings).toMatchObject({ clients: 5, splitRoles: true, 'versions.consul': '1.22.0' });
    expect(await isGenerated(file)).toBe(true);
    expect(await readFile(file, 'utf8')).not.toContain('servers:');
  });

  it('keeps settings of the target that the cluster lives on', async () => {
    const ctx = await createTestContext();
    const both = [sampleTarget({ id: 'other', options: { size: sampleTable.clients } }), ...targets];
    const loaded = await loadCluster(ctx, { name: 'dev', targets: both, flags: { target: 'sample', clients: '5' } });
    expect(await recordSettings(loaded, both)).toBe('created');
    expect(await readFile(ctx.paths.cluster('dev').file, 'utf8')).toMatch(/target: sample\n[^]*clients: 5\n/);
  });

  it('does not keep what only the environment says', async () => {
    const ctx = await createTestContext({ env: { NOMADCTL_CLIENTS: '9' } });
    expect((await up(ctx, { servers: '3' })).settings).toMatchObject({ clients: 9 });
    expect(await readFile(ctx.paths.cluster('dev').file, 'utf8')).not.toContain('clients: 9');
  });

  it('changes a file of the user by the flags alone, comments and all', async () => {
    const ctx = await createTestContext();
    const { file } = ctx.paths.cluster('dev');
    const text = 'version: 1\nname: dev\ntarget: sample\nclients: 3 # enough\nservers: 1\n';
    await writeClusterFile({ path: file, name: 'dev', targets }, text);
    expect((await up(ctx, { clients: '3' })).kept).toBe('unchanged');
    expect((await up(ctx, { clients: '4' })).kept).toBe('updated');
    expect(await readFile(file, 'utf8')).toBe(text.replace('clients: 3', 'clients: 4'));
    expect(await isGenerated(file)).toBe(false);
  });

  it('leaves a made file that was edited to its editor', async () => {
    const ctx = await createTestContext();
    const { file } = ctx.paths.cluster('dev');
    await up(ctx, { clients: '3' });
    await writeFile(file, `${await readFile(file, 'utf8')}# mine\n`);
    expect((await up(ctx, { clients: '4' })).kept).toBe('updated');
    expect(await isGenerated(file)).toBe(false);
    expect(await readFile(file, 'utf8')).toMatch(/clients: 4[^]*# mine/);
  });
});
