import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireTool } from './require-tool.js';

/** What an image has to hold for every job of the topology; undefined is what this computer has not. */
export const balancedPrograms = (): (string | undefined)[] => ['node', 'nginx', 'haproxy', 'fabio'].map(requireTool);

/** Writes a topology of two clients, one of them for both roles: a service behind every balancer. Returns its file. */
export function writeBalancedTopology(folder: string, variables: Readonly<Record<string, string>>): string {
  const file = join(folder, 'topology.json');
  const topology = {
    hosts: { 'client-1': ['app'], 'client-2': ['app', 'balancer'] },
    services: { microbot: { instances: 2, variables } },
    balancers: Object.fromEntries(['nginx', 'haproxy', 'fabio'].map((job) => [job, { serves: 'microbot', variables }])),
  };
  writeFileSync(file, JSON.stringify(topology));
  return file;
}
