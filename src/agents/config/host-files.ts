import type { AgentProgram } from '../../cluster/node-roles.js';

/** Folders and programs of a host, as images have them: templates/packer/scripts. */

export const HOST_FOLDERS: Readonly<Record<AgentProgram, string>> = { consul: '/opt/consul', nomad: '/opt/nomad' };

export const HOST_CONSUL = '/usr/local/bin/consul';

/** Made at the first boot of a client: templates/terraform/cluster/modules/user-data. */
export const HOST_ROOT_LINKS = '/opt/nomad/root-links';
