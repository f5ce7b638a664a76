import type { CommandEntry } from './command.js';

/** Every command, in the order of `--help`. A new one is a file beside this and a line here. */
export const commands: readonly CommandEntry[] = [
  { name: 'init', summary: 'ask for what is missing, write the cluster file', load: () => import('./init.js') },
  { name: 'build-images', summary: 'build the images of a cluster on UCloud', load: () => import('./build-images.js') },
  { name: 'up', summary: 'bring the cluster up, or back to what its file says', load: () => import('./up.js') },
  { name: 'status', summary: 'one screen: agents, leaders, members, jobs, drift', load: () => import('./status.js') },
  { name: 'history', summary: 'the last runs, how they ended, where their logs are', load: () => import('./history.js') },
  { name: 'down', summary: 'take the cluster down', load: () => import('./down.js') },
  { name: 'list', summary: 'clusters of this user', load: () => import('./list.js') },
  { name: 'use', summary: 'choose the current cluster', load: () => import('./use.js') },
  { name: 'job', summary: 'run jobs and prove that they work', load: () => import('./job/index.js') },
  { name: 'access', summary: 'tokens, namespaces, and who may reach whom over the mesh', load: () => import('./access/index.js') },
  { name: 'rotate', summary: 'new keys, certificates or tokens for a secured cluster', load: () => import('./rotate.js') },
  { name: 'ssh', summary: 'a shell on a node', passThrough: true, load: () => import('./ssh.js') },
  { name: 'exec', summary: "run a program with a node's or the cluster's environment", passThrough: true, load: () => import('./exec.js') },
  { name: 'logs', summary: "logs of a node's agents", load: () => import('./logs.js') },
  { name: 'ui', summary: "an overview, Nomad's and Consul's web interfaces, signed in", load: () => import('./ui/index.js') },
  { name: 'dns', summary: 'which names resolve, and making them', load: () => import('./dns/index.js') },
  { name: 'env', summary: 'export lines for the nomad and consul programs', load: () => import('./env.js') },
  { name: 'doctor', summary: 'every prerequisite: found, wanted, how to get it', load: () => import('./doctor.js') },
  { name: 'tools', summary: 'the external programs', load: () => import('./tools/index.js') },
  { name: 'images', summary: 'images of clusters on UCloud', load: () => import('./images/index.js') },
  { name: 'mirror', summary: 'the files that image builds download, for closed networks', load: () => import('./mirror/index.js') },
  { name: 'config', summary: "read and change a cluster's settings", load: () => import('./config/index.js') },
  { name: 'completion', summary: 'a completion script for your shell', load: () => import('./completion.js') },
  { name: 'emulator', summary: 'a UCloud API on this computer', load: () => import('./emulator.js') },
];
