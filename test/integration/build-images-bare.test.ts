import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { imagesLab, leftovers, nothingLeft, type ImagesLab } from '../helpers/images-lab.js';

const BARE = ['build-images', '--bare'];

/** Whose computer has no packer: the tools folder is the lab's own, and nothing is on PATH. */
const withoutPacker = (timeScale = 1000): Promise<ImagesLab> =>
  imagesLab({ packer: '', env: { PATH: '/nonexistent' }, emulator: { timeScale } });

const sorted = (images: readonly { readonly name: string }[]): string[] => images.map(({ name }) => name).sort();

test('without packer, images with nothing installed are made all the same, and once', async () => {
  const lab = await withoutPacker();
  const first = await lab.run([...BARE, '--json']);
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('made without it')]);
  const { images, built } = first.json<{ built: number; images: Record<string, { id: string; name: string }> }>();
  const atCloud = (await lab.cloud.ok('DescribeImage', { ImageType: 'Custom' })).ImageSet as { ImageName: string; ImageId: string }[];
  expect([built, sorted(Object.values(images))]).toEqual([3, atCloud.map(({ ImageName }) => ImageName).sort()]);
  expect(await leftovers(lab)).toEqual(nothingLeft);

  // Nobody logs in: no address of the internet, and a firewall of its own.
  const [create] = lab.cloud.requests.list({ action: 'CreateUHostInstance' });
  expect(create?.params).toMatchObject({ LoginMode: 'Password', SecurityGroupId: expect.stringMatching(/^firewall-/) });
  expect(Object.keys(create?.params ?? {}).filter((name) => name.includes('EIP'))).toEqual([]);

  const before = lab.lastRequest();
  const again = await lab.run([...BARE, '--json']);
  expect([again.code, again.json(), lab.writes(before)]).toMatchObject([0, { built: 0, images }, []]);
});

test('everything else wants packer', async () => {
  const lab = await withoutPacker();
  const { code, stderr } = await lab.run(['build-images']);
  expect([code, stderr]).toEqual([3, expect.stringMatching(/packer was not found[^]*next +.*tools install packer/)]);
  expect(lab.writes()).toEqual([]);
});

test('a host that cannot be installed ends it with the reason, and leaves nothing', async () => {
  const lab = await withoutPacker();
  lab.cloud.faults.add({ action: 'CreateUHostInstance', count: 1, effect: { kind: 'host-state', state: 'Install Fail' } });
  const { code, stderr } = await lab.run([...BARE, 'consul-server']);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/host uhost-\w+ is Install Fail/)]);
  expect(await leftovers(lab)).toEqual(nothingLeft);
});

test('a kill -9 while the host is there: the next run removes it, and has the image', async () => {
  const lab = await withoutPacker(15);
  const { child, done } = lab.start([...BARE, 'consul-server']);
  while (((await lab.resources())['host'] ?? 0) === 0) await delay(20);
  child.kill('SIGKILL');
  await done;
  expect(await lab.run([...BARE, 'consul-server'])).toMatchObject({ code: 0 });
  expect([await leftovers(lab), (await lab.resources())['image']]).toEqual([nothingLeft, 1]);
});
