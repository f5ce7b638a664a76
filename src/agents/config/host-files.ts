import type { AgentProgram } from '../../cluster/node-roles.js';

/** Folders and programs of a host, as images have them: templates/packer/scripts. */

export const HOST_FOLDERS: Readonly<Record<AgentProgram, string>> = { consul: '/opt/consul', nomad: '/opt/nomad' };

export const HOST_CONSUL = '/usr/local/bin/consul';

/** Made at the first boot of a client: templates/terraform/cluster/modules/user-data. */
export const HOST_ROOT_LINKS = '/opt/nomad/root-links';

/** Where agents find what everybody may read of their configuration. */
export const HOST_CONFIGS: Readonly<Record<AgentProgram, string>> = { consul: '/etc/consul.d', nomad: '/etc/nomad.d' };

/**
 * Where they find what is secret of it, on hosts of a secured cluster. Not below /etc, of which every exec task gets a copy
 * (chroot.ts).
 */
export const HOST_SECRETS: Readonly<Record<AgentProgram, string>> = {
  consul: '/var/lib/nomadctl/consul.d',
  nomad: '/var/lib/nomadctl/nomad.d',
};

/** The gossip keys with which an agent without data begins; apart from its configurations, which it reads whole folders of. */
export const HOST_GOSSIP_KEYS: Readonly<Record<AgentProgram, string>> = {
  consul: '/var/lib/nomadctl/consul-gossip-keys',
  nomad: '/var/lib/nomadctl/nomad-gossip-keys',
};

/** A node's certificate, whose key never leaves the host, and that of its authority, which tasks read, too. */
export const HOST_TLS = {
  authority: '/etc/nomadctl/ca.pem',
  certificate: '/etc/nomadctl/node.pem',
  key: '/var/lib/nomadctl/node-key.pem',
} as const;

/** What Nomad's agent shows to Consul, and hands to tasks of Connect, where Consul asks for certificates: as root where it runs so. */
export const HOST_TASKS = { certificate: '/etc/nomadctl/tasks.pem', key: '/var/lib/nomadctl/tasks-key.pem' } as const;

/** Whose members, the users of the agents, may read the key. */
export const HOST_GROUP = 'nomadctl';

/** Left by a host's first boot at its end: templates/terraform/cluster/modules/user-data. */
export const FIRST_BOOT_DONE = '/var/lib/nomadctl/first-boot-done';
