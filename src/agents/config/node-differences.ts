import type { LocalFacts } from './agent-facts.js';
import { MESH_NETWORK } from '../../clients/nomad-node-model.js';
import { BRIDGE, CNI_FOLDERS } from '../bridge/bridge-network.js';
import type { Difference } from './difference.js';
import { chrootEnv } from './chroot.js';
import { HOST_FOLDERS, HOST_ROOT_LINKS } from './host-files.js';
import type { Config } from './merge-configs.js';

const LOG = { log_rotate_bytes: 10 * 1024 * 1024, log_rotate_max_files: 3 };

/** What agents keep, tell and offer on their node. */
export const nodeDifferences = {
  data: {
    local: {
      why: "Each agent has a folder of the cluster's own, which goes with it.",
      consul: ({ files }) => ({ data_dir: files.consul.data }),
      nomad: ({ files }) => ({ data_dir: files.nomad.data }),
    },
    host: {
      why: 'Images make these folders, for the user of each agent; the data disk is mounted there.',
      consul: () => ({ data_dir: HOST_FOLDERS.consul }),
      nomad: () => ({ data_dir: HOST_FOLDERS.nomad }),
    },
  },
  logs: {
    local: {
      why: 'Nobody else keeps them.',
      consul: ({ files }) => ({ log_file: files.consul.log, ...LOG }),
      nomad: ({ files }) => ({ log_file: files.nomad.log, ...LOG }),
    },
    host: { why: "systemd's journal has them." },
  },
  leaving: {
    local: {
      why: 'SIGTERM stops an agent that comes back; SIGINT takes a Nomad server out of the cluster for good. Consul is asked over its API.',
      nomad: () => ({ leave_on_terminate: false, leave_on_interrupt: true }),
    },
    host: {
      why: "systemd ends Consul by SIGTERM and Nomad by SIGINT (templates/packer/host), also for a reboot; the other signal is for those who go for good (nomadctl's retirement, leave-signals.ts).",
      consul: () => ({ skip_leave_on_interrupt: false }),
      nomad: () => ({ leave_on_interrupt: false, leave_on_terminate: true }),
    },
  },
  ui: {
    local: { why: 'Every agent is reached by whoever runs it.', consul: () => ({ ui_config: { enabled: true } }) },
    host: {
      why: 'Only the servers are reached from outside.',
      consul: (_, mode) => (mode === 'server' ? { ui_config: { enabled: true } } : {}),
    },
  },
  placement: {
    local: { why: 'All nodes are in one place.' },
    host: {
      why: 'Operators find hosts by role, jobs choose them by zone and class.',
      consul: ({ zone, role }) => ({ node_meta: { zone, role } }),
      nomad: ({ zone, class: kind }, mode) => (mode === 'client' ? { client: { node_class: kind, meta: { zone } } } : {}),
    },
  },
  resources: {
    local: {
      why: 'Clients share one interface and one processor: each hands out ports of its own, and offers what the settings say. Exec tasks have what they have on hosts, not all of /usr; where /bin is no link, what Nomad gives them.',
      nomad: ({ loopback, taskPorts, clientCpu, clientMemory, rootLinks, consulBinary, bridge }, mode) =>
        mode === 'server'
          ? {}
          : {
              client: {
                network_interface: loopback,
                min_dynamic_port: taskPorts[0],
                max_dynamic_port: taskPorts[1],
                cpu_total_compute: clientCpu > 0 ? clientCpu : undefined,
                memory_total_mb: clientMemory > 0 ? clientMemory : undefined,
                chroot_env: rootLinks === '' ? undefined : chrootEnv({ links: rootLinks, consulBinary, envoy: bridge?.envoy }),
              },
            },
    },
    host: {
      why: 'Tasks have the host, but for what the system needs. The data disk is another file system than /usr: every exec task has a copy of what is in its chroot.',
      nomad: ({ consulBinary }, mode) =>
        mode === 'server'
          ? {}
          : {
              client: {
                reserved: { cpu: 100, memory: 256, disk: 1024 },
                chroot_env: chrootEnv({ links: HOST_ROOT_LINKS, consulBinary }),
              },
            },
    },
  },
  networks: {
    local: {
      why: "Where the setting asks for them. Clients give out ports of loopback, which is another one in each group's network: those of sidecars are at the bridge. Sockets of sidecars want a short path.",
      nomad: ({ bridge }, mode) =>
        mode === 'server' || !bridge
          ? {}
          : {
              client: {
                alloc_dir: bridge.allocations,
                // How long Nomad tries to write a sidecar's bootstrap; by default a minute. After a reboot it cannot, see job envoy.
                meta: { 'consul.service_preflight_check.timeout': '20s' },
                cni_path: CNI_FOLDERS.join(':'),
                host_network: [{ [MESH_NETWORK]: [{ interface: BRIDGE.name, cidr: BRIDGE.subnet }] }],
              },
            },
    },
    host: { why: 'Images have the plugins where Nomad looks for them, and all ports of a host are at its own address.' },
  },
  drivers: {
    local: {
      why: "What runs is the user's own: raw_exec needs no root, jobs may mount the user's folders, and images stay for the next time.",
      nomad: (facts, mode) => (mode === 'server' ? {} : localDrivers(facts)),
    },
    host: {
      why: "Jobs of many people share a host: no raw_exec, none of the host's folders, and images go an hour after their last use.",
      nomad: (_, mode) => (mode === 'server' ? {} : { plugin: [{ docker: [{ config: [{ gc: [{ image_delay: '1h' }] }] }] }] }),
    },
  },
} satisfies Record<string, Difference>;

function localDrivers({ drivers }: LocalFacts): Config {
  const isAuto = drivers.includes('auto');
  const wants = (driver: string): boolean => isAuto || drivers.includes(driver);
  return {
    ...(isAuto ? {} : { client: { options: { 'driver.allowlist': drivers.join(',') } } }),
    plugin: [
      ...(wants('raw_exec') ? [{ raw_exec: [{ config: [{ enabled: true }] }] }] : []),
      ...(wants('docker') ? [{ docker: [{ config: [{ volumes: [{ enabled: true }], gc: [{ image: false }] }] }] }] : []),
    ],
  };
}
