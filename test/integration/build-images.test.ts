import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { serveFiles } from '../../src/mirror/serve-files.js';
import { imagesLab, leftovers, nothingLeft, packerBuilds, type ImagesLab } from '../helpers/images-lab.js';
import { requireTool } from '../helpers/require-tool.js';
import { tempHome } from '../helpers/temp-home.js';

const packer = requireTool('packer') ?? '';
const cloudTest = test.skipIf(!packerBuilds(packer));

const BARE = ['build-images', '--bare'];

interface Built {
  readonly built: number;
  readonly images: Readonly<Record<string, { readonly id: string; readonly hash: string; readonly name: string }>>;
}

/** Processes whose environment says that they build for this lab. */
function packersOf(lab: ImagesLab): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`NOMADCTL_BUILD=${lab.cluster}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1500; tries++) {
    if (await condition()) return;
    await delay(20);
  }
  throw new Error('it did not come to that within 30 s');
}

const hasHosts = (lab: ImagesLab, count: number) => async () => ((await lab.resources())['host'] ?? 0) >= count;

cloudTest('three images are built side by side, and none of them twice', async () => {
  // Slow enough for all three to have begun before one is done, also on a busy computer.
  const lab = await imagesLab({ packer, emulator: { timeScale: 15 } });
  const first = await lab.run([...BARE, '--json']);
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('Building nomad-client')]);
  const { images, built } = first.json<Built>();
  expect(built).toBe(3);

  const atCloud = (await lab.cloud.ok('DescribeImage', { ImageType: 'Custom' })).ImageSet as { ImageId: string; ImageName: string }[];
  expect(Object.values(images).map(({ id, name }) => `${id} ${name}`)).toEqual(
    expect.arrayContaining(atCloud.map(({ ImageId, ImageName }) => `${ImageId} ${ImageName}`)),
  );
  expect(Object.keys(images).sort()).toEqual(['consul-server', 'nomad-client', 'nomad-server']);
  expect(await leftovers(lab)).toEqual(nothingLeft);
  // Side by side: the third host was there before the first image.
  const writes = lab.writes();
  expect(writes.filter((action) => action === 'CreateUHostInstance')).toHaveLength(3);
  expect(writes.lastIndexOf('CreateUHostInstance')).toBeLessThan(writes.indexOf('CreateCustomImage'));

  const before = lab.lastRequest();
  const second = await lab.run([...BARE, '--json']);
  expect([second.code, second.json<Built>()]).toMatchObject([0, { built: 0, images }]);
  expect(lab.writes(before)).toEqual([]);
  expect(second.stderr).toContain('unchanged');
  // How quick it is on a quiet computer is for the bench to say.
  expect(second.ms).toBeLessThan(first.ms / 2);

  await rm(join(lab.cluster, 'journal.json'));
  const third = await lab.run([...BARE, '--json']);
  expect([third.code, third.json<Built>()]).toMatchObject([0, { built: 0, images }]);
  expect(lab.writes(before)).toEqual([]);
});

cloudTest('privateBuilds: hosts in the given network without an address of their own, behind a firewall for that network', async () => {
  const lab = await imagesLab({ packer });
  const { VPCId } = await lab.cloud.ok('CreateVPC', { Name: 'mine', 'Network.0': '10.77.0.0/16' });
  const { SubnetId } = await lab.cloud.ok('CreateSubnet', { VPCId, Subnet: '10.77.1.0', Netmask: 24, SubnetName: 'builds' });
  const settings = ['config', 'set', 'privateBuilds', 'true', 'vpcId', VPCId as string, 'subnetId', SubnetId as string];
  expect((await lab.run(settings)).code).toBe(0);
  const before = lab.lastRequest();
  const built = await lab.run([...BARE, '--json', 'nomad-client']);
  expect([built.code, built.code === 0 ? '' : built.stderr]).toEqual([0, '']);
  const requests = lab.cloud.requests.list({ after: before });
  const asked = (action: string) =>
    requests.filter((request) => request.action === action && (request.retCode ?? 0) === 0).map(({ params }) => params);
  expect(asked('CreateUHostInstance')).toEqual([expect.objectContaining({ VPCId, SubnetId })]);
  expect(Object.keys(asked('CreateUHostInstance')[0] ?? {}).filter((name) => name.includes('EIP'))).toEqual([]);
  expect([...asked('AllocateEIP'), ...asked('BindEIP')]).toEqual([]);
  expect(JSON.stringify(asked('CreateFirewall'))).toMatch(/TCP\|22\|10\./);
  expect(await leftovers(lab)).toEqual(nothingLeft);

  // Without the setting the host of another build has one.
  expect((await lab.run(['config', 'set', 'privateBuilds', 'false'])).code).toBe(0);
  const between = lab.lastRequest();
  expect((await lab.run([...BARE, 'nomad-server'])).code).toBe(0);
  const [open] = lab.cloud.requests.list({ after: between, action: 'CreateUHostInstance' });
  expect(Object.keys(open?.params ?? {})).toContain('NetworkInterface.0.EIP.Bandwidth');
});

cloudTest('--plan says what would be built, and does nothing', async () => {
  const lab = await imagesLab({ packer });
  const { code, stdout } = await lab.run([...BARE, 'nomad-server', '--plan', '--exit-code']);
  expect([code, stdout]).toEqual([10, expect.stringMatching(/run +build-nomad-server +not built yet/)]);
  expect(stdout).not.toContain('nomad-client');
  expect(lab.writes()).toEqual([]);
});

cloudTest('a version that the file server has not: one table, and nothing is made', async () => {
  const server = await serveFiles({ root: await tempHome(), host: '127.0.0.1', port: 0 });
  try {
    const lab = await imagesLab({
      packer,
      settings: { fileServer: `http://127.0.0.1:${server.port}`, versions: { consul: '9.9.9' }, pluginMirror: 'http://127.0.0.1:9/' },
    });
    const { code, stderr } = await lab.run(['build-images']);
    expect(code).toBe(3);
    expect(stderr).toContain('consul 9.9.9');
    expect(stderr).toMatch(/consul_9\.9\.9_linux_amd64\.zip answered 404/);
    expect(stderr).toMatch(/nomad_[\d.]+_linux_amd64\.zip answered 404/);
    expect(stderr).toMatch(/provider ucloud\/ucloud +GET .*127\.0\.0\.1:9/);
    expect(stderr).toContain('nothing was created at UCloud');
    expect(stderr).toMatch(/next +.*nomadctl(\.js)? config set versions\.consul \d/);
    expect(lab.writes()).toEqual([]);
  } finally {
    await server.close();
  }
});

cloudTest('an image id of another region, and a zone without stock, end it before anything is made', async () => {
  const lab = await imagesLab({ packer, settings: { baseImage: 'uimage-elsewhere' } });
  expect(await lab.run(BARE)).toMatchObject({ code: 3, stderr: expect.stringContaining('uimage-elsewhere is not in region cn-bj2') });
  const other = await imagesLab({ packer });
  other.cloud.faults.add({ effect: { kind: 'sold-out' } });
  expect(await other.run(BARE)).toMatchObject({ code: 3, stderr: expect.stringContaining('none in stock') });
  expect([lab.writes(), other.writes()]).toEqual([[], []]);
});

cloudTest('where the first zone has no stock, the next one builds', async () => {
  const lab = await imagesLab({ packer, settings: { zones: ['cn-bj2-02', 'cn-bj2-05'] } });
  lab.cloud.faults.add({ effect: { kind: 'sold-out', zone: 'cn-bj2-02' } });
  expect((await lab.run([...BARE, 'consul-server'])).code).toBe(0);
  const create = lab.cloud.requests.list({ action: 'CreateUHostInstance' });
  expect(create.map(({ params }) => params['Zone'])).toEqual(['cn-bj2-05']);
});

cloudTest('one failure lets the others finish, and the next run builds what failed', async () => {
  const lab = await imagesLab({ packer });
  const fault = { kind: 'ret-code', code: 8300, message: 'planted failure' } as const;
  lab.cloud.faults.add({ action: 'CreateCustomImage', count: 1, effect: fault });
  const failed = await lab.run(BARE);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/Building (consul-server|nomad-server|nomad-client) failed: packer exited with 1/);
  expect(failed.stderr).toContain('planted failure');
  const [image = ''] = /next +.*nomadctl(?:\.js)? build-images (\S+)/.exec(failed.stderr)?.slice(1) ?? [];
  expect([await leftovers(lab), (await lab.resources())['image']]).toEqual([nothingLeft, 2]);

  const before = lab.lastRequest();
  const { code, stdout } = await lab.run([...BARE, '--json']);
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { built: 1 }]);
  expect(lab.writes(before).filter((action) => action === 'CreateUHostInstance')).toHaveLength(1);
  const made = lab.cloud.requests.list({ action: 'CreateUHostInstance' }).at(-1)?.params['Name'];
  expect(made).toContain(`-${image}-`);
});

cloudTest('killed in the middle, the next run removes what was left and builds', async () => {
  const lab = await imagesLab({ packer, emulator: { timeScale: 20 } });
  const { child, done } = lab.start(BARE);
  await until(hasHosts(lab, 3));
  child.kill('SIGKILL');
  await done;
  expect((await leftovers(lab)).host).toBe(3);
  await lab.cloud.control('POST', '/clock', { scale: 1000 });
  const again = await lab.run(BARE);
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('Removing what unfinished builds left')]);
  expect([await leftovers(lab), packersOf(lab)]).toEqual([nothingLeft, []]);
  expect((await lab.resources())['image']).toBe(3);
});

cloudTest('packer is killed: its build fails, and what it left is removed at once', async () => {
  const lab = await imagesLab({ packer, emulator: { timeScale: 20 } });
  const { done } = lab.start([...BARE, 'consul-server']);
  await until(hasHosts(lab, 1));
  for (const pid of packersOf(lab)) process.kill(pid, 'SIGKILL');
  const { code, stderr } = await done;
  expect([code, stderr]).toEqual([1, expect.stringContaining('was ended by SIGKILL')]);
  expect(await leftovers(lab)).toEqual(nothingLeft);
});

cloudTest('Ctrl-C takes down what was begun, also a host that is not up yet', async () => {
  const lab = await imagesLab({ packer, emulator: { timeScale: 20 } });
  const { child, done } = lab.start(BARE);
  await until(hasHosts(lab, 1));
  child.kill('SIGINT');
  const { code, stderr } = await done;
  expect([code, stderr]).toEqual([130, expect.stringContaining('continues here')]);
  expect([await leftovers(lab), packersOf(lab)]).toEqual([nothingLeft, []]);
});

cloudTest('a half-made image of a killed build goes', async () => {
  const lab = await imagesLab({ packer, emulator: { timeScale: 200 } });
  const { child, done } = lab.start([...BARE, 'consul-server']);
  await until(async () => {
    if (((await lab.resources())['image'] ?? 0) === 0) return false;
    await lab.cloud.control('POST', '/clock', { scale: 1 });
    return true;
  });
  child.kill('SIGKILL');
  await done;
  expect(await leftovers(lab)).toMatchObject({ halfMade: 1 });
  await lab.cloud.control('POST', '/clock', { scale: 1000 });
  // The image may have become whole before the sweep saw it: then it is used.
  expect((await lab.run([...BARE, 'consul-server'])).code).toBe(0);
  expect([await leftovers(lab), (await lab.resources())['image']]).toEqual([nothingLeft, 1]);
});

cloudTest('one after the other with --parallel 1, in their order', async () => {
  const lab = await imagesLab({ packer });
  expect((await lab.run([...BARE, '--parallel', '1'])).code).toBe(0);
  const names = lab.cloud.requests.list({ action: 'CreateUHostInstance' }).map(({ params }) => params['Name'] ?? '');
  expect(names.map((name) => /lab-(\w+-\w+)-/.exec(name)?.[1])).toEqual(['consul-server', 'nomad-server', 'nomad-client']);
  const writes = lab.writes();
  expect(writes.indexOf('CreateCustomImage')).toBeLessThan(writes.lastIndexOf('CreateUHostInstance'));
});

cloudTest('no key and no password is in a file, a log or a list of processes', async () => {
  const lab = await imagesLab({ packer, emulator: { timeScale: 50 } });
  const { done } = lab.start([...BARE, 'consul-server', '--verbose']);
  await until(hasHosts(lab, 1));
  const pids = packersOf(lab);
  const commands = pids.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).join('\n');
  const environment = readFileSync(`/proc/${pids[0]}/environ`, 'utf8');
  const password = /NOMADCTL_BUILD_PASSWORD=([^\0]+)/.exec(environment)?.[1] ?? '';
  expect(password).toMatch(/^\S{28}$/);
  const result = await done;
  expect(result.code).toBe(0);
  const secrets = [password, lab.cloud.credentials.privateKey];
  const files = execFileSync('find', [lab.home, '-type', 'f'], { encoding: 'utf8' }).trim().split('\n');
  for (const text of [commands, result.stdout, result.stderr, ...(await Promise.all(files.map((file) => readFile(file, 'utf8'))))])
    for (const secret of secrets) expect(text.includes(secret)).toBe(false);
  const packerFiles = files.filter((file) => file.includes('/packer/'));
  expect(packerFiles.length).toBeGreaterThan(5);
  for (const file of packerFiles) expect(statSync(file).mode & 0o077).toBe(0);
});

cloudTest('--force builds what has not changed', async () => {
  const lab = await imagesLab({ packer });
  const first = (await lab.run([...BARE, 'consul-server', '--json'])).json<Built>();
  const second = (await lab.run([...BARE, 'consul-server', '--force', '--json'])).json<Built>();
  expect(second.built).toBe(1);
  expect(second.images['consul-server']?.name).toBe(first.images['consul-server']?.name);
  expect(second.images['consul-server']?.id).not.toBe(first.images['consul-server']?.id);
  // From now on the newer one is meant.
  const third = (await lab.run([...BARE, 'consul-server', '--json'])).json<Built>();
  expect([third.built, third.images['consul-server']?.id]).toEqual([0, second.images['consul-server']?.id]);
});

cloudTest('what the log says can be done by hand does the same', async () => {
  const lab = await imagesLab({ packer });
  expect((await lab.run([...BARE, 'consul-server'])).code).toBe(0);
  const [run = ''] = readdirSync(join(lab.cluster, 'logs'));
  const log = await readFile(join(lab.cluster, 'logs', run, 'render-images.log'), 'utf8');
  const [, command = ''] = /(cd .* build -var-file=.*)/.exec(log) ?? [];
  const { publicKey, privateKey } = lab.cloud.credentials;
  const env = {
    PATH: process.env['PATH'],
    HOME: lab.home,
    UCLOUD_PUBLIC_KEY: publicKey,
    UCLOUD_PRIVATE_KEY: privateKey,
    CHECKPOINT_DISABLE: '1',
  };
  // Not in step with us: the cloud answers from this very process.
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env });
  expect(stdout).toContain('UCloud images were created');
  expect((await lab.resources())['image']).toBe(2);
});
