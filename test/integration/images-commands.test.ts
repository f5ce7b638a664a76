import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { imagesLab, type ImagesLab } from '../helpers/images-lab.js';
import { runCli } from '../helpers/run-cli.js';
import { createHosts, hostsIn } from '../helpers/machines-cloud.js';

interface Listed {
  readonly images: readonly {
    readonly id: string;
    readonly image: string;
    readonly usedBy: readonly string[];
    readonly current: boolean;
  }[];
}

/** An image as a build would have left it; nobody has to build for that. */
async function image(lab: ImagesLab, name: string, cluster = 'lab'): Promise<string> {
  const [host = ''] = await createHosts(lab.cloud, { Tag: 'Default' });
  await hostsIn(lab.cloud, 'Running', [host]);
  const request = { UHostId: host, ImageName: `nomadctl-${cluster}-${name}`, ImageDescription: 'nomadctl base=uimage-1 consul=1.22.0' };
  const { ImageId } = await lab.cloud.ok('CreateCustomImage', request);
  for (;;) {
    const [found] = (await lab.cloud.ok('DescribeImage', { ImageId })).ImageSet;
    if (found.State === 'Available') return ImageId;
  }
}

async function journal(lab: ImagesLab, state: object): Promise<void> {
  await writeFile(join(lab.cluster, 'journal.json'), JSON.stringify({ version: 1, cluster: 'lab', state, steps: {}, runs: [] }));
}

// No build is run here, so packer need not be there.
const openLab = (settings = {}): Promise<ImagesLab> => imagesLab({ packer: '/nowhere/packer', settings });

test('list says what was built from what, and who uses it', async () => {
  const lab = await openLab();
  expect((await lab.run(['images', 'list'])).stdout).toContain('There are no images yet');
  const used = await image(lab, 'nomad-client-000000000001');
  const next = await image(lab, 'nomad-client-000000000002');
  const theirs = await image(lab, 'consul-server-000000000003', 'other');
  await image(lab, 'made-by-hand');
  await journal(lab, {
    images: { 'nomad-client': { id: next } },
    hosts: [{ name: 'client-1', role: 'client', id: 'uhost-1', imageId: used }],
  });
  const { images } = (await lab.run(['images', 'list', '--json'])).json<Listed>();
  expect(images).toHaveLength(3);
  const by = (id: string) => images.find((row) => row.id === id);
  expect([by(used), by(next), by(theirs)]).toMatchObject([
    { image: 'nomad-client', usedBy: ['lab: client-1'], current: false, versions: { consul: '1.22.0' }, base: 'uimage-1' },
    { usedBy: [], current: true },
    { image: 'consul-server', usedBy: [], cluster: 'other' },
  ]);
  expect((await lab.run(['images', 'list'])).stdout).toMatch(/nomad-client +uimage-\w+ +lab .*lab: client-1/);
});

test('build-images takes a cluster and then images, as up takes a cluster; --cluster wins', async () => {
  const lab = await openLab();
  await mkdir(join(lab.home, 'clusters', 'twin'));
  const file = await readFile(join(lab.cluster, 'cluster.yaml'), 'utf8');
  await writeFile(join(lab.home, 'clusters', 'twin', 'cluster.yaml'), file.replace('name: lab', 'name: twin'));
  const { publicKey, privateKey } = lab.cloud.credentials;
  const env = { UCLOUD_PUBLIC_KEY: publicKey, UCLOUD_PRIVATE_KEY: privateKey };
  const titleOf = async (words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runCli(['build-images', ...words, '--plan'], { home: lab.home, env });
    return code === 0 ? (stdout.split('\n', 1)[0] ?? '') : stderr;
  };
  const title = (cluster: string, images: string): string => `Images of cluster ${cluster} in cn-bj2: ${images}`;
  expect(await titleOf(['twin'])).toBe(title('twin', 'consul-server, nomad-server, nomad-client'));
  expect(await titleOf(['twin', 'nomad-client'])).toBe(title('twin', 'nomad-client'));
  expect(await titleOf(['nomad-client', '--cluster', 'lab'])).toBe(title('lab', 'nomad-client'));
  expect(await titleOf(['twin', '--cluster', 'lab'])).toContain('there is no image "twin"');
  // What comes next names the cluster once: with both, its name would be taken for an image's.
  const parts = await runCli(['build-images', 'twin', '--from', 'check-packer'], { home: lab.home, env });
  expect(parts.stderr).toMatch(/next {2}nomadctl build-images twin\n/);
  expect(await titleOf(['twins', '--cluster', 'lab'])).toContain(
    'images: consul-server, nomad-server, nomad-client; a cluster may be named before them',
  );
});

test('base images, with why nothing can be built on some', async () => {
  const lab = await openLab();
  const { stdout } = await lab.run(['images', 'list', '--base']);
  expect(stdout).toMatch(/Debian 12\.0 +20 GB +yes/);
  expect(stdout).toMatch(/CentOS 6\.10 +20 GB +no: it runs no cloud-init/);
  expect((await lab.run(['images', 'list', '--os', 'rocky'])).stdout).toMatch(/^id.*\nuimage-\w+ +Rocky 9\.0 +20 GB +yes\n$/);
});

test('prune removes what nothing needs, and nothing else', async () => {
  const named = { value: '' };
  const lab = await openLab();
  const used = await image(lab, 'nomad-client-000000000001');
  const old = await image(lab, 'nomad-client-000000000002');
  const next = await image(lab, 'nomad-client-000000000003');
  named.value = await image(lab, 'nomad-server-000000000004');
  const file = join(lab.cluster, 'cluster.yaml');
  await writeFile(file, `${await readFile(file, 'utf8')}nomadServerImage: ${named.value}\n`);
  const theirs = await image(lab, 'nomad-client-000000000005', 'lab-two');
  await journal(lab, {
    images: { 'nomad-client': { id: next } },
    hosts: [{ name: 'client-1', role: 'client', id: 'uhost-1', imageId: used }],
  });
  const left = async () =>
    ((await lab.cloud.ok('DescribeImage', { ImageType: 'Custom' })).ImageSet as { ImageId: string }[]).map(({ ImageId }) => ImageId).sort();

  const plan = await lab.run(['images', 'prune', '--plan', '--exit-code']);
  expect([plan.code, plan.stdout]).toEqual([10, expect.stringMatching(new RegExp(`remove +${old}[\\s\\S]*1 would be removed`))]);
  expect(await lab.run(['images', 'prune'])).toMatchObject({ code: 4, stderr: expect.stringContaining(old) });
  expect(await left()).toHaveLength(5);
  expect((await lab.run(['images', 'prune', '--yes'])).stdout).toContain('Removed 1 image');
  expect(await left()).toEqual([used, next, named.value, theirs].sort());
  expect((await lab.run(['images', 'prune', '--all', '--yes'])).code).toBe(0);
  expect(await left()).toEqual([used, named.value, theirs].sort());
  expect(JSON.parse(await readFile(join(lab.cluster, 'journal.json'), 'utf8'))).toMatchObject({ state: { images: {} } });
});

test('hosts that no journal here knows keep every image of their cluster', async () => {
  const lab = await openLab();
  await image(lab, 'nomad-client-000000000001');
  await image(lab, 'nomad-client-000000000002');
  await createHosts(lab.cloud, { Tag: 'nomadctl-lab' });
  const { stdout } = await lab.run(['images', 'prune', '--plan', '--all']);
  expect(stdout).toMatch(/keep[\s\S]*perhaps 1 hosts of lab[\s\S]*Nothing to remove/);
});

test('a cluster of another target has no images', async () => {
  const lab = await openLab();
  const { code, stderr } = await lab.run(['images', 'list', '--cluster', 'dev']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('lives on this computer')]);
});
