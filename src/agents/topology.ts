import type { NodeRole } from './config/roles.js';

/** Which nodes a cluster on this computer has. Pure: settings in, nodes out. */

export interface NodeName {
  /** `server-1`, `client-2`: forever; it is also the agents' node name. */
  readonly name: string;
  readonly role: NodeRole;
}

export interface Size {
  readonly servers: number;
  readonly clients: number;
  readonly splitRoles: boolean;
}

export function nodesFor({ servers, clients, splitRoles }: Size): NodeName[] {
  const roles: [NodeRole, number][] = splitRoles
    ? [
        ['consul-server', servers],
        ['nomad-server', servers],
        ['client', clients],
      ]
    : [
        ['server', servers],
        ['client', clients],
      ];
  return roles.flatMap(([role, amount]) => Array.from({ length: amount }, (_, index) => ({ name: `${role}-${index + 1}`, role })));
}
