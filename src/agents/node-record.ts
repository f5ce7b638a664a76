import { dirname, join } from 'node:path';
import type { AgentPorts } from '../cluster/agent-ports.js';
import type { AgentProgram } from '../cluster/node-roles.js';
import type { NodeName } from './topology.js';

/** A node with everything that was chosen for it once and stays: handed on through the journal. */
export interface NodeRecord extends NodeName {
  readonly address: string;
  readonly ports: AgentPorts;
  /** First and last port that Nomad may give to tasks of this node (clients only). */
  readonly taskPorts: readonly [number, number];
  /** Server agents that take part in the first election wait for this many; later ones join what is there. */
  readonly bootstrapExpect: number;
}

export function portsOf(node: NodeRecord, program: AgentProgram): number[] {
  return Object.entries(node.ports)
    .filter(([use]) => use.startsWith(program))
    .map(([, port]) => port);
}

/** Files of one agent, all in its own folder. */
export interface AgentFiles {
  /** The folder of all agents of the cluster. */
  readonly agents: string;
  readonly dir: string;
  readonly config: string;
  /** What of the configuration is secret, 0600; only of a secured cluster. */
  readonly secrets: string;
  /** The keys with which an agent without data begins, 0600; read at its start alone. */
  readonly gossipKeys: string;
  /** What a server needs until the first election, secret as well; of no agent that is running, see secret-config.ts. */
  readonly bootstrap: string;
  /** Of its node, in a secured cluster. */
  readonly certificate: string;
  /** Whom the agents of a secured cluster trust. */
  readonly authorities: string;
  /** Whom to join: kept apart, because a change of it needs no restart. */
  readonly join: string;
  /** How patient a server is before it stands for election, and a mark while it has to be told anew: see election.ts. */
  readonly election: string;
  readonly patient: string;
  readonly data: string;
  /** Links for the chroot of exec tasks. */
  readonly rootLinks: string;
  readonly log: string;
  /** What the agent printed before its own log was open. */
  readonly output: string;
  /** Written by the process itself, see agent-process.ts. */
  readonly process: string;
}

export function nodeDir(agents: string, node: string): string {
  return join(agents, node);
}

/** By what both agents of a node of a secured cluster are known. The key is 0600. */
export function nodeCertificate(agents: string, node: string): { readonly certificate: string; readonly key: string } {
  const folder = `${nodeDir(agents, node)}/tls`;
  return { certificate: `${folder}/cert.pem`, key: `${folder}/key.pem` };
}

/** What Nomad's agent of a node shows to Consul, and tasks of Connect with it, where Consul asks for certificates. */
export function tasksCertificate(agents: string, node: string): { readonly certificate: string; readonly key: string } {
  const folder = `${nodeDir(agents, node)}/tls`;
  return { certificate: `${folder}/tasks.pem`, key: `${folder}/tasks-key.pem` };
}

export function agentFiles(agents: string, node: string, program: AgentProgram): AgentFiles {
  // Put together by hand: for every file of every agent, `join` is slow enough that V8 begins to optimize it.
  const dir = `${nodeDir(agents, node)}/${program}`;
  return {
    agents,
    dir,
    config: `${dir}/agent.json`,
    secrets: `${dir}/secrets.json`,
    gossipKeys: `${dir}/gossip-keys.json`,
    bootstrap: `${dir}/bootstrap.json`,
    certificate: nodeCertificate(agents, node).certificate,
    authorities: `${dirname(agents)}/ca.pem`,
    join: `${dir}/join.json`,
    election: `${dir}/election.json`,
    patient: `${dir}/patient`,
    data: `${dir}/data`,
    rootLinks: `${dir}/root-links`,
    log: `${dir}/${program}.log`,
    output: `${dir}/output.log`,
    process: `${dir}/process`,
  };
}
