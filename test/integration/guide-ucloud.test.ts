import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { emulatedCloud, type EmulatedCloud } from '../helpers/emulated-cloud.js';
import { blockOf } from '../helpers/guide-blocks.js';
import { layCluster } from '../helpers/laid-cluster.js';
import { requireTool } from '../helpers/require-tool.js';
import { tempHome } from '../helpers/temp-home.js';
import { startTerminal, type Terminal } from '../helpers/terminal.js';
import { ucloudHome } from '../helpers/ucloud-home.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SECOND_MS = 1000;

interface Reader {
  readonly home: string;
  /** A whole block on a terminal, which ends at the first line that fails. */
  read(block: string): Promise<Terminal>;
}

/** A reader who has pasted the emulator's export lines, in a folder of his own. */
async function readerOf(cloud: EmulatedCloud): Promise<Reader> {
  const folder = await tempHome();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'nomadctl'), `#!/bin/sh\nexec ${process.execPath} ${join(root, 'bin/nomadctl.js')} "$@"\n`);
  chmodSync(join(bin, 'nomadctl'), 0o755);
  const { publicKey, privateKey, projectId, region } = cloud.credentials;
  const home = join(folder, 'nomadctl');
  const env = {
    ...{ HOME: folder, NOMADCTL_HOME: home, NOMADCTL_BASE_URL: cloud.url, UCLOUD_PUBLIC_KEY: publicKey, UCLOUD_PRIVATE_KEY: privateKey },
    ...{ UCLOUD_PROJECT_ID: projectId, UCLOUD_REGION: region, PATH: [bin, process.env['PATH']].join(delimiter) },
  };
  return {
    home,
    read: (block) => startTerminal({ argv: ['bash', '--norc', '-ec', block], env, cwd: folder, columns: 120, rows: 50 }),
  };
}

/** Takes whatever is offered until the block ends. */
async function takeEverything(terminal: Terminal): Promise<number> {
  const end = { code: undefined as number | undefined };
  const ended = terminal.exitCode(90_000).then((code) => (end.code = code));
  while (end.code === undefined) {
    await sleep(SECOND_MS / 4);
    await terminal.press('Enter');
  }
  return ended;
}

describe.skipIf(!requireTool('tmux'))('blocks of docs/guide/ucloud.md on a cloud of records', { timeout: 120_000 }, () => {
  test('describing a cluster: asked, edited, taken over, without a question, shown', async () => {
    const cloud = await emulatedCloud();
    const reader = await readerOf(cloud);
    const { projectId, region } = cloud.credentials;
    const block = blockOf('docs/guide/ucloud.md', 'sh', 'nomadctl init copy --from prod.yaml').replace('org-abc123', projectId);
    const elsewhere = [
      'version: 1',
      'name: prod',
      'target: ucloud',
      `projectId: ${projectId}`,
      `region: ${region}`,
      'allowIp: [203.0.113.7/32]',
    ];
    writeFileSync(join(reader.home, '..', 'prod.yaml'), `${[...elsewhere, 'clients: 5'].join('\n')}\n`);
    const terminal = await reader.read(block);
    await terminal.waitFor(/Where should the cluster live\?/, 20_000);
    await terminal.press('Down');
    const code = await takeEverything(terminal);
    const shown = await terminal.everything();
    expect([code, code === 0 ? '' : shown]).toEqual([0, '']);
    const settingsOf = (name: string): string => readFileSync(join(reader.home, 'clusters', name, 'cluster.yaml'), 'utf8');
    expect(settingsOf('prod')).toMatch(/target: ucloud[^]*allowIp/);
    expect(settingsOf('copy')).toMatch(/name: copy[^]*clients: 5/);
    expect(settingsOf('ci')).toMatch(/203\.0\.113\.7\/32/);
    expect(shown).toMatch(/allowIp +127\.0\.0\.1\/32/);
  });

  test('taking it down: typed, waited for, pruned', async () => {
    const cloud = await emulatedCloud({ timeScale: 40, timings: { addressLease: 40 * SECOND_MS } });
    await layCluster(cloud, 'prod');
    const reader = await readerOf(cloud);
    await ucloudHome(cloud, { home: reader.home });
    const terminal = await reader.read(blockOf('docs/guide/ucloud.md', 'sh', 'nomadctl down prod --wait-network --prune --yes'));
    for (const what of [/to destroy 3 hosts/, /to destroy 2 networks/]) {
      await terminal.waitFor(what, 40_000);
      await terminal.type('prod');
      await terminal.press('Enter');
    }
    const code = await terminal.exitCode(90_000);
    const shown = await terminal.everything();
    expect([code, code === 0 ? '' : shown]).toEqual([0, '']);
    expect(shown).toMatch(/The network of prod is still there/);
    const { resources } = (await cloud.control('GET', '/resources')).body as { resources: Record<string, number> };
    expect(resources).toMatchObject({ host: 0, disk: 0, eip: 0, image: 0, peering: 0, isolationGroup: 0, vpc: 1, subnet: 1 });
  });
});
