import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serveFiles } from '../../src/mirror/serve-files.js';
import { el9Image } from '../helpers/el9-image.js';
import { imagesLab } from '../helpers/images-lab.js';
import { canRunMachines, createHosts, hostsIn, ssh } from '../helpers/machines-cloud.js';
import { ownAddress } from '../helpers/own-address.js';
import { requireTool } from '../helpers/require-tool.js';
import { requireProvider } from '../helpers/terraform-provider.js';
import { tempHome } from '../helpers/temp-home.js';

const packer = requireTool('packer') ?? '';
const terraform = requireTool('terraform') ?? '';
const able =
  (await canRunMachines()) &&
  terraform !== '' &&
  packer !== '' &&
  requireTool('consul') !== undefined &&
  requireTool('nomad') !== undefined;

interface Built {
  readonly images: Readonly<Record<string, { readonly id: string }>>;
}

const AGENT = { data_dir: '/opt/consul', server: true, bootstrap_expect: 1, bind_addr: '{{ GetPrivateIP }}', disable_update_check: true };

/** UCloud's provider, or any program of these hosts in its place, which is found and taken like it and can answer nothing. */
const real = requireProvider('ucloud/ucloud');
const PROVIDER = real ? 'ucloud/ucloud' : 'nomadctl/sample';
const TYPE = PROVIDER.split('/')[1] ?? '';
const RESOURCE = real ? 'resource "ucloud_vpc" "one" {\n  cidr_blocks = ["10.0.0.0/16"]\n}\n' : '';

/** Somebody has put it where terraform looks. */
async function layProvider(home: string): Promise<void> {
  const plugins = join(home, '.terraform.d', 'plugins');
  const folder = join(plugins, 'registry.terraform.io', PROVIDER, '1.2.3', 'linux_amd64');
  await mkdir(real ? join(home, '.terraform.d') : folder, { recursive: true });
  await (real ? symlink(real, plugins) : copyFile('/bin/true', join(folder, `terraform-provider-${TYPE}_v1.2.3`)));
}

test.skipIf(!able)(
  'an image of the dnf family: built by real dnf from repositories like those of Rocky 9',
  { timeout: 400_000 },
  async () => {
    const lab = await imagesLab({ packer, emulator: { machines: 'docker', timeScale: 10 } });
    const mirror = await tempHome();
    await layProvider(lab.home);
    const [base, releases] = await Promise.all([
      el9Image(lab.cloud, mirror),
      lab.run(['mirror', 'build', '--to', mirror, '--provider', PROVIDER]),
    ]);
    expect(releases).toMatchObject({ code: 0 });
    const asked: string[] = [];
    const server = await serveFiles({ root: mirror, host: '0.0.0.0', port: 0, onRequest: (line) => void asked.push(line) });
    try {
      const address = `http://${ownAddress()}:${server.port}`;
      const env = {
        NOMADCTL_FILE_SERVER: address,
        NOMADCTL_BASE_IMAGE: base,
        NOMADCTL_PACKAGE_MIRROR: `${address}/rocky/`,
        NOMADCTL_DOCKER_MIRROR: `${address}/docker`,
        NOMADCTL_PLUGIN_MIRROR: `${address}/plugins`,
        NOMADCTL_PLUGINS: PROVIDER,
      };
      const result = await lab.run(['build-images', 'nomad-client', '--json'], { timeoutMs: 300_000, env });
      expect([result.code, result.stderr.slice(-5000)]).toEqual([0, expect.stringContaining('to build on Rocky 9')]);
      expect(asked).toContain('GET /rocky/9/BaseOS/x86_64/os/Packages/unzip-6.0.rpm 200');

      const ids = await createHosts(lab.cloud, {
        ImageId: result.json<Built>().images['nomad-client']?.id ?? '',
        'Disks.1.IsBoot': 'false',
        'Disks.1.Type': 'CLOUD_SSD',
        'Disks.1.Size': 20,
      });
      const host = (await hostsIn(lab.cloud, 'Running', ids))[0]?.eip ?? '';
      const says = async (command: string): Promise<string[]> => (await ssh(host, command)).trim().split('\n');

      // A job's terraform takes its providers from there without any network, and finds none without.
      await copyFile(terraform, join(mirror, 'terraform'));
      const found = await says('find /plugin -type f');
      const program = new RegExp(`^/plugin/registry\\.terraform\\.io/${PROVIDER}/([\\d.]+)/linux_amd64/terraform-provider-${TYPE}_v\\1$`);
      expect(found).toEqual([expect.stringMatching(program)]);
      const version = program.exec(found[0] ?? '')?.[1] ?? '';
      const root = `terraform {\n  required_providers {\n    ${TYPE} = { source = "${PROVIDER}" }\n  }\n}\n${RESOURCE}`;
      await says(`mkdir /root/tf; echo '${root}' > /root/tf/main.tf; curl -sSfo /usr/local/bin/terraform ${address}/terraform`);
      await says('chmod 755 /usr/local/bin/terraform');
      const alone = (words: string): Promise<string[]> =>
        says(`cd /root/tf; CHECKPOINT_DISABLE=1 unshare --net timeout 60 terraform ${words} -no-color 2>&1; echo "ended with $?"`);
      expect((await alone('init -input=false')).join('\n')).toMatch(/Failed to query available provider packages[^]*ended with 1$/);
      expect(await alone('init -input=false -plugin-dir=/plugin')).toEqual(
        expect.arrayContaining([`- Installed ${PROVIDER} v${version} (unauthenticated)`, 'ended with 0']),
      );
      // The provider itself is asked about the resource.
      if (real) expect(await alone('validate')).toEqual(expect.arrayContaining(['Success! The configuration is valid.', 'ended with 0']));

      // What was in Docker's way is gone, what is only recommended did not come, and what is as good as curl stayed.
      expect(
        await says(
          'rpm -q docker-ce containerd.io unzip openssl iptables-nft curl-minimal podman-docker runc docker-buildx-plugin curl || true',
        ),
      ).toEqual([
        'docker-ce-27.0-1.el9.x86_64',
        'containerd.io-1.7-1.el9.x86_64',
        'unzip-6.0-1.el9.x86_64',
        'openssl-3.2-1.el9.x86_64',
        'iptables-nft-1.8.10-1.el9.x86_64',
        'curl-minimal-7.76.1-1.el9.x86_64',
        ...['podman-docker', 'runc', 'docker-buildx-plugin', 'curl'].map((name) => `package ${name} is not installed`),
      ]);
      expect(await says('grep -h ^baseurl= /etc/yum.repos.d/*.repo')).toEqual([
        `baseurl=${address}/docker/linux/centos/$releasever/$basearch/stable`,
        `baseurl=${address}/rocky/$releasever/BaseOS/$basearch/os/`,
        `baseurl=${address}/rocky/$releasever/AppStream/$basearch/os/`,
      ]);
      // With EPEL out of reach.
      expect(await ssh(host, 'dnf -q -y install gnupg2 2>&1 && rpm -q gnupg2')).toMatch(/gnupg2-1-1\.el9\.x86_64\s*$/);

      expect(await says('systemctl is-enabled consul nomad docker sshd nomadctl-host-keys firewalld || true')).toEqual([
        ...['disabled', 'disabled', 'enabled', 'enabled', 'enabled', 'disabled'],
      ]);
      expect(await says('systemctl is-active docker sshd firewalld || true')).toEqual(['active', 'active', 'inactive']);
      expect(await ssh(host, 'docker --version; ls /opt/cni/bin/bridge; nomad version; consul version')).toMatch(
        /^Docker version[\s\S]*\/opt\/cni\/bin\/bridge[\s\S]*Nomad v[\s\S]*Consul v/,
      );

      await ssh(host, '/usr/local/lib/nomadctl/prepare-data-disk /dev/vdb /opt/consul');
      expect(await says('stat -c "%U %a" /opt/consul; findmnt -n -o FSTYPE /opt/consul; tail -n 1 /var/lib/restorecon-calls')).toEqual([
        'consul 750',
        'ext4',
        '/opt/consul',
      ]);
      const config = `install -o root -g consul -m 0640 /dev/stdin /etc/consul.d/consul.json <<'END'\n${JSON.stringify(AGENT)}\nEND`;
      await ssh(host, `${config}\nsystemctl enable --now consul`);
      const leader = 'for i in $(seq 60); do curl -sf localhost:8500/v1/status/leader | grep -q 8300 && break; sleep 0.5; done';
      expect(await ssh(host, `${leader}; systemctl is-active consul; consul members | tail -n 1`)).toMatch(/^active\n.*alive/);
    } finally {
      await server.close();
    }
  },
);
