import { nomadAclCalls, type NomadAcl } from './acl/nomad-acl.js';
import type { AgentEndpoint } from './agent-endpoint.js';
import type { Http } from './http.js';
import { createNomadHttp } from './nomad-http.js';
import { nomadGossipKeyring, type GossipKeyring } from './keys/gossip-keyring.js';
import { rootKeyCalls, type NomadRootKeys } from './keys/root-keys.js';
import { jobCalls, type NomadJobs } from './nomad-jobs.js';
import { nodeCalls, type NomadNodes } from './nomad-nodes.js';
import { operatorCalls, type NomadOperator } from './nomad-operator.js';
import { rolloutCalls, type NomadRollouts } from './nomad-rollouts.js';
import { variableCalls, type NomadVariables } from './nomad-variables.js';
import { volumeCalls, type NomadVolumes } from './nomad-volumes.js';

/** The calls that nomadctl makes to Nomad, and no others, by subject. https://developer.hashicorp.com/nomad/api-docs */
export interface NomadApi extends NomadJobs, NomadRollouts, NomadNodes, NomadOperator, NomadRootKeys, NomadVariables, NomadVolumes {
  readonly http: Http;
  /** Of its jobs; absent: everybody's. */
  readonly namespace: string | undefined;
  readonly acl: NomadAcl;
  readonly gossip: GossipKeyring;
}

/** @param endpoint from `cluster/reach.ts` */
export function createNomadApi(endpoint: AgentEndpoint): NomadApi {
  const http = createNomadHttp(endpoint);
  return {
    http,
    namespace: endpoint.namespace,
    acl: nomadAclCalls(http),
    gossip: nomadGossipKeyring(http),
    ...rootKeyCalls(http),
    ...jobCalls(http),
    ...rolloutCalls(http),
    ...nodeCalls(http),
    ...operatorCalls(http),
    ...variableCalls(http),
    ...volumeCalls(http),
  };
}
