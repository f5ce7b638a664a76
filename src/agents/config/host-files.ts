import type { AgentProgram } from './roles.js';

/** Folders and programs of a host, as images have them: templates/packer/scripts. */

export const HOST_FOLDERS: Readonly<Record<AgentProgram, string>> = { consul: '/opt/consul', nomad: '/opt/nomad' };

export const HOST_CONSUL = '/usr/local/bin/consul';

/**
 * What an exec task finds in its chroot. What is not there is left out: one list does for Debian and Red Hat, on both
 * processors.
 */
export const CHROOT: readonly string[] = [
  '/etc',
  '/usr/bin',
  HOST_CONSUL,
  '/bin/sh',
  '/bin/bash',
  '/lib64',
  '/lib/x86_64-linux-gnu',
  '/lib/aarch64-linux-gnu',
  '/lib/ld-linux-aarch64.so.1',
  '/usr/lib/python3.10',
  '/usr/lib/python3.11',
  '/usr/lib/python3.12',
  '/usr/lib/python3.13',
  '/usr/share/ca-certificates',
  '/usr/share/zoneinfo',
  '/run/resolvconf',
  '/run/systemd/resolve',
];
