import type { Host } from '../../records/host.js';
import { HOST_LABEL, INSTALL_LABEL, type EngineNames } from '../names.js';

export interface ContainerPlace {
  readonly names: EngineNames;
  readonly image: string;
  readonly network: string;
  /** True where data disks are loop devices. */
  readonly loopDevices: boolean;
}

/** Where Linux keeps loop devices: https://www.kernel.org/doc/Documentation/admin-guide/devices.txt */
export const LOOP_MAJOR = 7;
/** Tells systemd to shut down: systemd(1), SIGRTMIN+3. */
const SHUT_DOWN = 'SIGRTMIN+3';

/**
 * A container that systemd runs in. Not privileged: of what it may more than others, most is for mounts (systemd, data
 * disks, containers within) and for its own network; SYS_BOOT ends or restarts only the container.
 */
export function containerBody(host: Host, { names, image, network, loopDevices }: ContainerPlace): object {
  const labels = { ...names.labels, [HOST_LABEL]: host.id, [INSTALL_LABEL]: String(host.machine?.installs ?? 0) };
  return {
    Image: image,
    Hostname: hostName(host.name),
    Labels: labels,
    Cmd: ['/usr/local/sbin/emulated-boot'],
    Env: ['container=docker'],
    StopSignal: SHUT_DOWN,
    MacAddress: host.mac,
    HostConfig: {
      NetworkMode: network,
      CapAdd: ['SYS_ADMIN', 'NET_ADMIN', 'SYS_BOOT', 'SYS_PTRACE'],
      SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
      CgroupnsMode: 'host',
      Binds: ['/sys/fs/cgroup:/sys/fs/cgroup:rw'],
      // EIPs are loopback addresses: Linux takes no answer from such a one through a network otherwise.
      Sysctls: { 'net.ipv4.conf.all.route_localnet': '1' },
      Tmpfs: { '/run': 'exec', '/run/lock': '' },
      // Docker inside needs a file system that overlays can be on.
      Mounts: [{ Type: 'volume', Source: names.volume(host.id), Target: '/var/lib/docker', VolumeOptions: { Labels: labels } }],
      DeviceCgroupRules: loopDevices ? [`b ${LOOP_MAJOR}:* rwm`] : [],
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: host.ip }, MacAddress: host.mac } } },
  };
}

/** A name that computers may have: RFC 1123. */
export function hostName(name: string): string {
  const plain = name
    .replace(/[^A-Za-z0-9.-]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, 63)
    .replace(/[-.]+$/, '');
  return plain === '' ? 'host' : plain;
}
