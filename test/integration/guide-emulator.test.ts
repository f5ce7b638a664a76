import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type TestContext } from 'vitest';
import { emulatedCloud, type EmulatedCloud } from '../helpers/emulated-cloud.js';
import { blockOf } from '../helpers/guide-blocks.js';
import { packerBuilds } from '../helpers/images-lab.js';
import { canRunMachines, createHosts, describeHosts, hostsIn, machinesCloud, purgedAtTheEnd, ssh } from '../helpers/machines-cloud.js';
import { fencesOf } from '../helpers/markdown-files.js';
import { keepHints } from '../helpers/printed-hints.js';
import { requireTool } from '../helpers/require-tool.js';
import { startCli } from '../helpers/run-cli.js';
import { tempHome } from '../helpers/temp-home.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packer = requireTool('packer') ?? '';
const python = requireTool('python3');
const canLogIn = await canRunMachines();

interface Said {
  readonly code: number;
  readonly out: string;
}

/**
 * A shell as the page's reader has it: the export lines of the emulator, nomadctl and packer on the PATH. Another port than the
 * usual is the one thing that is changed in what is run.
 */
async function readerOf(cloud: EmulatedCloud): Promise<(block: string) => Promise<Said>> {
  const home = await tempHome();
  const bin = join(home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'nomadctl'), `#!/bin/sh\nexec ${process.execPath} ${join(root, 'bin/nomadctl.js')} "$@"\n`);
  chmodSync(join(bin, 'nomadctl'), 0o755);
  const { publicKey, privateKey, projectId, region } = cloud.credentials;
  const env = {
    ...{ HOME: home, NOMADCTL_HOME: join(home, 'nomadctl'), LANG: 'C.UTF-8', TMPDIR: home, NOMADCTL_BASE_URL: cloud.url },
    ...{ UCLOUD_PUBLIC_KEY: publicKey, UCLOUD_PRIVATE_KEY: privateKey, UCLOUD_PROJECT_ID: projectId, UCLOUD_REGION: region },
    PATH: [bin, ...(packer === '' ? [] : [dirname(packer)]), process.env['PATH']].join(delimiter),
    NOMADCTL_RELEASES_URL: 'http://127.0.0.1:9',
  };
  return (block) =>
    new Promise((resolve) => {
      const text = block.replaceAll('http://127.0.0.1:7780', cloud.url);
      execFile('bash', ['-ec', text], { cwd: home, env, maxBuffer: 1e7, timeout: 200_000 }, (error, stdout, stderr) => {
        keepHints({ argv: [], stdout, stderr });
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : -1) : 0, out: stdout + stderr });
      });
    });
}

/** Where no registry of packages answers, there is no SDK. */
async function install(block: string, reader: (block: string) => Promise<Said>, { skip }: TestContext): Promise<string> {
  const [first = '', ...rest] = block.split('\n');
  const { code, out } = await reader(first);
  if (code !== 0) skip(`the SDK can not be installed: ${out.split('\n', 1)[0]}`);
  return rest.join('\n');
}

const GUIDE = 'docs/guide/emulator.md';

/** Every line of the pages that begins an emulator, without its comment. What it would take down is another block's. */
const STARTS = ['README.md', GUIDE, 'docs/guide/ucloud.md'].flatMap((page) =>
  fencesOf(readFileSync(join(root, page), 'utf8'), 'sh')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('nomadctl emulator') && !line.includes('--purge'))
    .map((line) => [page, line.replace(/\s+#.*$/, '')] as const),
);

test('pages begin emulators of both kinds', () => {
  expect(STARTS.filter(([, line]) => line.includes('--machines docker'))).toHaveLength(3);
  expect(STARTS.length).toBeGreaterThan(5);
});

test.each(STARTS.filter(([, line]) => canLogIn || !line.includes('--machines docker')))('%s: %s, to Ctrl-C', async (_, line) => {
  const home = await tempHome();
  if (line.includes('--data')) purgedAtTheEnd(join(home, 'cloud'));
  // Another port than the usual, which may be somebody else's.
  const [, ...words] = `${line} --port 0`.split(' ');
  const { child, done } = startCli(words, { home, cwd: home });
  let said = '';
  child.stdout?.on('data', (text: string) => void (said += text));
  await expect.poll(() => said, { timeout: 60_000 }).toContain('Ctrl-C stops it.');
  for (const name of ['UCLOUD_PUBLIC_KEY', 'UCLOUD_PRIVATE_KEY', 'UCLOUD_PROJECT_ID', 'UCLOUD_REGION', 'NOMADCTL_BASE_URL'])
    expect(said).toContain(`export ${name}=`);
  child.kill('SIGINT');
  expect(await done).toMatchObject({ code: 0, stderr: expect.stringContaining('The emulator has stopped') });
});

test.skipIf(!packerBuilds(packer)).each([
  ['README.md', blockOf('README.md', 'sh', 'nomadctl build-images --bare')],
  [GUIDE, blockOf('docs/guide/emulator.md', 'sh', 'nomadctl build-images --bare')],
])('%s: a cluster of records, to its plan', { timeout: 240_000 }, async (_, block) => {
  const cloud = await emulatedCloud({ timeScale: 200 });
  const reader = await readerOf(cloud);
  const { code, out } = await reader(block);
  expect({ code, out: code === 0 ? '' : out }).toEqual({ code: 0, out: '' });
  const { ImageSet } = await cloud.ok('DescribeImage', { ImageType: 'Custom', Limit: 100 });
  expect(ImageSet).toHaveLength(3);
  for (const { ImageId } of ImageSet as { ImageId: string }[]) expect(out).toContain(ImageId);
  expect(out).toMatch(/Making the hosts/);
});

test.skipIf(!packerBuilds(packer) || !python)(
  `${GUIDE}: an image by packer, and a host of it by the SDK`,
  { timeout: 240_000 },
  async (context) => {
    const cloud = await emulatedCloud({ timeScale: 200 });
    const reader = await readerOf(cloud);
    // Packer is on the PATH here; to build one takes minutes.
    const image = await reader(blockOf('docs/guide/emulator.md', 'sh', 'image.json').replace('nomadctl tools install packer\n', ''));
    expect({ code: image.code, out: image.code === 0 ? '' : image.out }).toEqual({ code: 0, out: '' });
    const { code, out } = await reader(await install(blockOf('docs/guide/emulator.md', 'sh', 'ucloud-sdk-python3'), reader, context));
    expect({ code, out: code === 0 ? '' : out }).toEqual({ code: 0, out: '' });
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/^first uhost-\w+ Running mine$/);
  },
);

test.skipIf(!canLogIn || !python)(`${GUIDE}: the password of the SDK's host opens it`, { timeout: 240_000 }, async (context) => {
  const block = blockOf('docs/guide/emulator.md', 'sh', 'ucloud-sdk-python3');
  const password = /"Password": "([^"]+)"/.exec(block)?.[1] ?? '';
  const cloud = await machinesCloud({ timeScale: 20 });
  const reader = await readerOf(cloud);
  const [of = ''] = await createHosts(cloud);
  await hostsIn(cloud, 'Running', [of]);
  await cloud.ok('StopUHostInstance', { UHostId: of });
  await hostsIn(cloud, 'Stopped', [of]);
  await cloud.ok('CreateCustomImage', { UHostId: of, ImageName: 'mine' });
  await expect
    .poll(async () => (await cloud.ok('DescribeImage', { ImageType: 'Custom' }))['ImageSet'][0]?.State, { timeout: 60_000 })
    .toBe('Available');
  const { code, out } = await reader(await install(block, reader, context));
  expect({ code, out: code === 0 ? '' : out }).toEqual({ code: 0, out: '' });
  const [, host = ''] = /first (uhost-\w+) Running mine/.exec(out) ?? [];
  const { EIPSet } = await cloud.ok('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 1 });
  await cloud.ok('BindEIP', { EIPId: EIPSet[0].EIPId, ResourceType: 'uhost', ResourceId: host });
  const [shown] = await describeHosts(cloud, [host]);
  expect(await ssh(shown?.eip ?? '', 'echo opened', { password })).toBe('opened\n');
});
