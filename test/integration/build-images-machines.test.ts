import { expect, test } from 'vitest';
import { serveFiles } from '../../src/mirror/serve-files.js';
import { imageRegistry } from '../helpers/image-registry.js';
import { imagesLab, type ImagesLab } from '../helpers/images-lab.js';
import { canRunMachines, createHosts, hostsIn, ssh } from '../helpers/machines-cloud.js';
import { ownAddress } from '../helpers/own-address.js';
import { requireTool } from '../helpers/require-tool.js';

const packer = requireTool('packer') ?? '';
/** Where it is not here, one thing less is looked at. */
const registry = requireTool('docker-registry');
const able = (await canRunMachines()) && packer !== '' && requireTool('consul') !== undefined && requireTool('nomad') !== undefined;

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

test.skipIf(!able)('images of real systems: built from real packages, and what their hosts find', { timeout: 600_000 }, async () => {
  const lab = await imagesLab({ packer, emulator: { machines: 'docker', timeScale: 10 } });
  const root = `${lab.home}/mirror`;
  expect(await lab.run(['mirror', 'build', '--to', root])).toMatchObject({ code: 0 });
  const server = await serveFiles({ root, host: '0.0.0.0', port: 0 });
  try {
    const mirror = registry === undefined ? undefined : await imageRegistry(registry, ownAddress());
    const env = {
      NOMADCTL_FILE_SERVER: `http://${ownAddress()}:${server.port}`,
      ...(mirror ? { NOMADCTL_REGISTRY_MIRRORS: mirror.url } : {}),
    };
    const result = await lab.run(['build-images', '--json'], { timeoutMs: 400_000, env });
    expect([result.code, result.stderr.slice(-3000)]).toEqual([0, expect.stringContaining('Building nomad-client')]);
    const { images } = result.json<Built>();
    expect(await lab.resources()).toMatchObject({ host: 0, disk: 0, eip: 0, image: 3 });

    const again = lab.lastRequest();
    expect((await lab.run(['build-images'], { env })).code).toBe(0);
    expect(lab.writes(again)).toEqual([]);

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
  } finally {
    await server.close();
  }
});
