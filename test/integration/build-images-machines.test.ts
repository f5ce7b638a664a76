import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { freeSubnets } from '../helpers/docker-engine.js';
import { blockOf, wordsOf } from '../helpers/guide-blocks.js';
import { imageRegistry } from '../helpers/image-registry.js';
import { imagesLab, type ImagesLab } from '../helpers/images-lab.js';
import { canRunMachines, createHosts, hostsIn, ssh } from '../helpers/machines-cloud.js';
import { ownAddress } from '../helpers/own-address.js';
import { requireTool } from '../helpers/require-tool.js';
import { requireProvider } from '../helpers/terraform-provider.js';

const packageRoot = fileURLToPath(new URL('../..', import.meta.url));
/** Where UCloud's provider is not here, the mirror is made without it. */
const provider = requireProvider('ucloud/ucloud');
const packer = requireTool('packer') ?? '';
/** Where it is not here, one thing less is looked at. */
const registry = requireTool('docker-registry');
const able = (await canRunMachines()) && packer !== '' && requireTool('consul') !== undefined && requireTool('nomad') !== undefined;

interface Mirror {
  readonly folder: string;
  /** As hosts reach it. */
  readonly address: string;
}

interface Built {
  readonly images: Readonly<Record<string, { readonly id: string }>>;
}

async function host(lab: ImagesLab, image: string): Promise<string> {
  const ids = await createHosts(lab.cloud, { ImageId: image, 'Disks.1.IsBoot': 'false', 'Disks.1.Type': 'CLOUD_SSD', 'Disks.1.Size': 20 });
  const [found] = await hostsIn(lab.cloud, 'Running', ids);
  return found?.eip ?? '';
}

const AGENT = {
  datacenter: 'dc1',
  data_dir: '/opt/consul',
  server: true,
  bootstrap_expect: 1,
  bind_addr: '{{ GetPrivateIP }}',
  disable_update_check: true,
};

/**
 * The block of closed networks: a mirror, which serves at another port than the usual, and its address in the cluster file.
 * @returns the mirror's folder and address
 */
async function readClosedNetworks(lab: ImagesLab): Promise<Mirror> {
  const [build = [], serve = [], set = [], ...more] = wordsOf(blockOf('docs/guide/closed-networks.md', 'sh', 'nomadctl mirror serve'));
  expect(more).toEqual([]);
  if (provider) {
    mkdirSync(join(lab.home, '.terraform.d'));
    symlinkSync(provider, join(lab.home, '.terraform.d', 'plugins'));
  }
  const made = await lab.run(provider ? build : build.filter((word) => !/provider|ucloud/.test(word)));
  expect([made.code, made.code === 0 ? '' : made.stderr]).toEqual([0, '']);
  const { child, done } = lab.start([...serve, '--listen', '0.0.0.0:0', '--json'], { timeoutMs: 600_000 });
  onTestFinished(async () => {
    child.kill('SIGINT');
    await done;
  });
  const [line] = (await once(child.stdout ?? child, 'data')) as [string];
  const { url, folder } = JSON.parse(line) as { readonly url: string; readonly folder: string };
  const address = `http://${ownAddress()}:${new URL(url).port}`;
  expect(set.slice(0, -1)).toEqual(['config', 'set', 'fileServer']);
  expect(await lab.run([...set.slice(0, -1), address])).toMatchObject({ code: 0 });
  return { folder, address };
}

/** The block of images, to its last line; what has been built is built no second time. */
async function readImages(lab: ImagesLab, env: Readonly<Record<string, string>>): Promise<Built['images']> {
  const [all = [], ...others] = wordsOf(blockOf('docs/guide/images.md', 'sh', 'nomadctl images prune'));
  const result = await lab.run([...all, '--json'], { timeoutMs: 400_000, env });
  expect([result.code, result.stderr.slice(-3000)]).toEqual([0, expect.stringContaining('Building nomad-client')]);
  expect(await lab.resources()).toMatchObject({ host: 0, disk: 0, eip: 0, image: 3 });
  const again = lab.lastRequest();
  expect((await lab.run(all, { env })).code).toBe(0);
  const said: string[] = [];
  for (const words of others) {
    const { code, stdout, stderr } = await lab.run(words, { env });
    expect([words.join(' '), code, code === 0 ? '' : stderr]).toEqual([words.join(' '), 0, '']);
    said.push(stdout);
  }
  expect(lab.writes(again)).toEqual([]);
  const { images } = result.json<Built>();
  const [one, plan, list, base, prune] = said;
  expect(one).toContain(images['nomad-client']?.id);
  for (const image of Object.keys(images)) expect(plan).toMatch(new RegExp(`^  adopt  build-${image} +already there$`, 'm'));
  expect(plan?.trim()).toMatch(/\nNothing to do\.$/);
  for (const { id } of Object.values(images)) expect(list).toContain(id);
  expect(base).toMatch(/Rocky 9\.0/);
  expect(prune).toContain('Nothing to remove');
  return images;
}

/**
 * Builds over private addresses, by an operator whose computer is a host of the VPC: from outside nobody reaches hosts there.
 * The lab's UCloud listens on this computer alone, so what comes from the host is handed on to it.
 */
async function buildInside(lab: ImagesLab, { folder, address }: Mirror): Promise<void> {
  const [range = ''] = freeSubnets(1);
  const { VPCId } = await lab.cloud.ok('CreateVPC', { Name: 'inside', 'Network.0': range });
  const subnet = { VPCId, Subnet: range.split('/')[0] ?? '', Netmask: 24, SubnetName: 'inside' };
  const { SubnetId } = await lab.cloud.ok('CreateSubnet', subnet);
  const [desk] = await hostsIn(lab.cloud, 'Running', await createHosts(lab.cloud, { VPCId, SubnetId }));
  const files = ['bin', 'dist', 'templates', 'toolchain', 'package.json'];
  const programs = [process.execPath, packer].flatMap((path) => ['-C', dirname(realpathSync(path)), basename(realpathSync(path))]);
  await promisify(execFile)('tar', ['--create', '--file', join(folder, 'inside.tar'), '-C', packageRoot, ...files, ...programs]);

  const { publicKey, privateKey, projectId } = lab.cloud.credentials;
  const ucloud = `http://${ownAddress()}:${await handOn(lab.cloud.url)}`;
  const place = ['--project-id', projectId, '--base-url', ucloud, '--vpc-id', VPCId, '--subnet-id', SubnetId];
  const script = [
    `set -e; mkdir /opt/nomadctl; curl -sSf ${address}/inside.tar | tar -x -C /opt/nomadctl`,
    `export PATH=/opt/nomadctl:$PATH UCLOUD_PUBLIC_KEY='${publicKey}' UCLOUD_PRIVATE_KEY='${privateKey}' CHECKPOINT_DISABLE=1`,
    'nomadctl() { /opt/nomadctl/node /opt/nomadctl/bin/nomadctl.js "$@"; }',
    `nomadctl init inside --target ucloud ${place.join(' ')} --private-builds --file-server ${address} --allow-ip 203.0.113.7/32 --yes >/dev/null`,
    'nomadctl build-images inside consul-server --json || { cat $(find / -name "*.log" -path "*inside*" 2>/dev/null); exit 1; }',
  ];
  const { images } = JSON.parse(await ssh(desk?.eip ?? '', script.join('\n'))) as Built;
  const { ImageSet } = await lab.cloud.ok('DescribeImage', { ImageId: images['consul-server']?.id ?? '' });
  expect(ImageSet).toMatchObject([{ State: 'Available', ImageName: expect.stringMatching(/^nomadctl-inside-consul-server-/) as string }]);
  const logs = await ssh(desk?.eip ?? '', 'cat $(find / -name "*.log" -path "*inside*" 2>/dev/null)');
  const net = range.split('.').slice(0, 3).join('\\.');
  expect(logs).toMatch(new RegExp(`ssh communicator to connect: ${net}\\.`, 'i'));
}

/** @returns a port of all addresses of this computer that leads to what listens at a URL */
async function handOn(url: string): Promise<number> {
  const { hostname, port } = new URL(url);
  const server = createServer((socket) => {
    const there = connect({ host: hostname, port: Number(port) });
    for (const [from, to] of [
      [socket, there],
      [there, socket],
    ] as const)
      from.on('error', () => to.destroy()).pipe(to);
  });
  await new Promise<void>((resolve) => server.listen({ host: '0.0.0.0', port: 0 }, resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test.skipIf(!able)('images of real systems: built from real packages, and what their hosts find', { timeout: 600_000 }, async () => {
  const lab = await imagesLab({ packer, emulator: { machines: 'docker', timeScale: 10 } });
  const mirrored = await readClosedNetworks(lab);
  const mirror = registry === undefined ? undefined : await imageRegistry(registry, ownAddress());
  const images = await readImages(lab, mirror ? { NOMADCTL_REGISTRY_MIRRORS: mirror.url } : {});
  await Promise.all([buildInside(lab, mirrored), look()]);

  async function look(): Promise<void> {
    const [consul, twin, client] = await Promise.all([
      host(lab, images['consul-server']?.id ?? ''),
      host(lab, images['consul-server']?.id ?? ''),
      host(lab, images['nomad-client']?.id ?? ''),
    ]);

    const identity = 'cat /etc/machine-id; cut -d" " -f2 /etc/ssh/ssh_host_ed25519_key.pub';
    const [one, other] = [await ssh(consul, identity), await ssh(twin, identity)];
    expect(one.trim().split('\n')).toHaveLength(2);
    for (const line of one.trim().split('\n')) expect(other).not.toContain(line);

    // Units wait for their configuration, and docker does not.
    expect(await ssh(client, 'systemctl is-enabled consul nomad docker || true')).toBe('disabled\ndisabled\nenabled\n');
    expect(await ssh(client, 'docker info --format "{{.ServerVersion}}"; ls /opt/cni/bin/bridge; nomad version; consul version')).toMatch(
      /^\d+\.[\s\S]*\/opt\/cni\/bin\/bridge[\s\S]*Nomad v[\s\S]*Consul v/,
    );
    expect(
      await ssh(client, 'find /opt/nomad /opt/consul /etc/nomad.d /etc/consul.d -mindepth 1; ls -d /var/tmp/nomadctl* 2>/dev/null || true'),
    ).toBe('');

    // What a job takes from Docker Hub comes from the registry of the settings.
    await mirror?.publish('library/nomadctl-test', 'mirrored', [{ path: 'hello', content: 'from the mirror' }]);
    if (mirror) expect(await ssh(client, 'docker pull -q nomadctl-test:mirrored')).toBe('docker.io/library/nomadctl-test:mirrored\n');

    const prepare = '/usr/local/lib/nomadctl/prepare-data-disk /dev/vdb /opt/consul';
    await ssh(consul, `${prepare} && echo kept > /opt/consul/mark && ${prepare}`);
    expect(
      await ssh(consul, 'cat /opt/consul/mark; stat -c "%U %a" /opt/consul; grep -c ^UUID= /etc/fstab; findmnt -n -o FSTYPE /opt/consul'),
    ).toBe('kept\nconsul 750\n1\next4\n');
    // Data that no program knows is left alone, as is a file system of another kind.
    const foreign = (write: string): Promise<string> =>
      ssh(twin, `${write}; ${prepare} 2>&1; echo "exit $?"; findmnt /opt/consul || echo not mounted`);
    expect(await foreign('echo precious | dd of=/dev/vdb bs=1M seek=3 conv=notrunc,fsync status=none')).toMatch(
      /left alone[\s\S]*exit 1\nnot mounted/,
    );
    expect(await ssh(twin, 'dd if=/dev/vdb bs=1M skip=3 count=1 status=none | head -c 8')).toBe('precious');
    expect(await foreign('mkfs.xfs -q -f /dev/vdb')).toMatch(/xfs[\s\S]*left alone[\s\S]*exit 1\nnot mounted/);

    const config = `install -o root -g consul -m 0640 /dev/stdin /etc/consul.d/consul.json <<'END'\n${JSON.stringify(AGENT)}\nEND`;
    await ssh(consul, `${config}\nsystemctl enable --now consul`);
    const leader = 'for i in $(seq 60); do curl -sf localhost:8500/v1/status/leader | grep -q 8300 && break; sleep 0.5; done';
    expect(await ssh(consul, `${leader}; systemctl is-active consul; consul members | tail -n 1`)).toMatch(/^active\n.*alive/);

    // A configuration that Consul does not take keeps it from starting, and says so.
    const broken = `echo '{"no_such_key": 1}' > /etc/consul.d/broken.json; systemctl restart consul; sleep 1`;
    expect(await ssh(consul, `${broken}; systemctl is-active consul; journalctl -u consul -n 20 --no-pager`)).toMatch(
      /^activ[\s\S]*no_such_key/,
    );
  }
});
