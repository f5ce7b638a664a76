import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { emulatedCloud, type EmulatedCloud } from '../helpers/emulated-cloud.js';
import { requireTool } from '../helpers/require-tool.js';
import { runCli } from '../helpers/run-cli.js';
import { searchForSecrets } from '../helpers/secret-search.js';
import { tempHome } from '../helpers/temp-home.js';
import { startTerminal, type Terminal } from '../helpers/terminal.js';

const bin = fileURLToPath(new URL('../../bin/nomadctl.js', import.meta.url));

async function openInit(cloud: EmulatedCloud, home: string, ...flags: string[]): Promise<Terminal> {
  const argv = [process.execPath, bin, 'init', 'prod', '--base-url', cloud.url, ...flags];
  return startTerminal({ argv, env: { HOME: home, NOMADCTL_HOME: home }, columns: 80, rows: 40 });
}

async function answer(terminal: Terminal, question: string | RegExp, ...keys: string[]): Promise<void> {
  await terminal.waitFor(question);
  await terminal.press(...keys, 'Enter');
}

async function typeSecret(terminal: Terminal, question: string | RegExp, text: string): Promise<void> {
  await terminal.waitFor(question);
  await terminal.type(text);
  await terminal.waitFor(/\*{4,}\s*$/);
  await terminal.press('Enter');
}

describe.skipIf(!requireTool('tmux'))('on a terminal', () => {
  it('is answered with the Enter key, and shows a key nowhere', async () => {
    const cloud = await emulatedCloud();
    const { publicKey, privateKey } = cloud.credentials;
    // tmux itself is started with what is typed, so processes are looked at only where we type something wrong.
    const search = searchForSecrets([privateKey]);
    const home = await tempHome();
    const terminal = await openInit(cloud, home);
    await answer(terminal, 'Where should the cluster live?', 'Down');
    await typeSecret(terminal, /Public key/, publicKey);
    await typeSecret(terminal, /Private key/, 'mistyped-key');
    await terminal.waitFor('code 171');
    await typeSecret(terminal, /171[^]*Public key/, publicKey);
    await typeSecret(terminal, /171[^]*Private key/, privateKey);
    await answer(terminal, /Region\s+❯ cn-bj2/);
    await answer(terminal, /Zones[^]*◉ cn-bj2-02[^]*◯ cn-bj2-05/);
    await answer(terminal, /Base image\s+❯ Debian 12[^]*the newest Debian 12 that fits/);
    await answer(terminal, /Who may reach the cluster\?.*127\.0\.0\.1\/32/);
    await answer(terminal, /Size\s+❯ 3 Consul and 3 Nomad servers o-basic-2.*≈ ¥[\d.]+\/hour/);
    await answer(terminal, /Paid\s+❯ by the hour/);
    await terminal.waitFor(/Next: {2}.*nomadctl(\.js)? build-images --cluster prod/);
    expect(await terminal.exitCode()).toBe(0);
    const shown = await terminal.everything();
    expect(shown).toMatch(/≈ ¥[\d.,]+\/hour, ¥[\d.,]+\/month; traffic apart/);
    expect(search.isIn(shown)).toBe(false);
    expect(shown).not.toContain(publicKey);
    expect(await search.files(home)).toEqual(['clusters/prod/secrets.json']);
  });

  it('writes nothing when it is interrupted at any question', async () => {
    const cloud = await emulatedCloud();
    const home = await tempHome();
    const terminal = await openInit(cloud, home, '--target', 'ucloud');
    await typeSecret(terminal, /Public key/, cloud.credentials.publicKey);
    await terminal.waitFor(/Private key/);
    await terminal.press('C-c');
    expect(await terminal.exitCode()).toBe(130);
    expect(await search(home)).toBe('');
  });
});

const search = async (home: string): Promise<string> => (await promisify(execFile)('find', [home, '-type', 'f'])).stdout;

describe('in a script', () => {
  it('works with flags and keys in the environment, which stay in the environment', async () => {
    const cloud = await emulatedCloud();
    const { publicKey, privateKey, projectId } = cloud.credentials;
    const secrets = searchForSecrets([privateKey]);
    const home = await tempHome();
    const env = { UCLOUD_PUBKEY: publicKey, UCLOUD_SECRET: privateKey, CI: '1' };
    const argv = ['init', 'prod', '--target', 'ucloud', '--base-url', cloud.url, '--allow-ip', '203.0.113.7/32', '--json', '--verbose'];
    const { code, json, stdout, stderr } = await runCli(argv, { home, env });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(json()).toMatchObject({ cluster: 'prod', changed: true, price: { currency: 'CNY' } });
    expect(await readFile(join(home, 'clusters/prod/cluster.yaml'), 'utf8')).toContain(`projectId: ${projectId}`);
    expect(await secrets.files(home)).toEqual([]);
    expect(secrets.commandLines()).toEqual([]);
    expect(secrets.isIn(stdout + stderr)).toBe(false);
  });

  it('ends with 4 and every missing flag, without asking UCloud', async () => {
    const home = await tempHome();
    const { code, stderr } = await runCli(['init', 'prod', '--target', 'ucloud'], { home });
    expect(code).toBe(4);
    expect(stderr).toContain('--allow-ip, UCLOUD_PUBLIC_KEY, UCLOUD_PRIVATE_KEY, --project-id have to be given');
  });

  it('shows and sets what it wrote', async () => {
    const cloud = await emulatedCloud();
    const home = await tempHome();
    const env = { UCLOUD_PUBLIC_KEY: cloud.credentials.publicKey, UCLOUD_PRIVATE_KEY: cloud.credentials.privateKey };
    const flags = ['--target', 'ucloud', '--base-url', cloud.url, '--allow-ip', '203.0.113.7/32', '--yes'];
    expect((await runCli(['init', 'prod', ...flags], { home, env })).code).toBe(0);
    const settings = (await runCli(['config', 'show', 'prod', '--json'], { home })).json<{ settings: Record<string, { value: unknown }> }>()
      .settings;
    expect(settings).toMatchObject({ region: { value: 'cn-bj2' }, allowIp: { value: ['203.0.113.7/32'] }, fileServer: { value: '' } });
    expect((await runCli(['config', 'explain', 'allowIp'], { home })).stdout).toMatch(/--allow-ip <text>|--allow-ip <words>/);
    expect((await runCli(['config', 'set', 'clients', '5'], { home })).code).toBe(0);
    expect((await runCli(['config', 'get', 'clients'], { home })).stdout.trim()).toBe('5');
    const refused = await runCli(['config', 'set', 'allowIp', '0.0.0.0/0'], { home });
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nomadctl config set allowIp 0.0.0.0/0 allowAnyone true --cluster prod') as string,
    });
    expect((await runCli(['config', 'set', 'clientClasses', 'batch:2:o-highcpu-8'], { home })).code).toBe(0);
    expect((await runCli(['config', 'set', 'clientClasses', ''], { home })).code).toBe(0);
  });
});
