import type { AgentFacts } from './agent-facts.js';
import type { Config } from './merge-configs.js';
import type { AgentMode } from '../../cluster/node-roles.js';

/**
 * Fingerprinters of other clouds: they query addresses at which nothing answers here. With AWS_CA_BUNDLE in its environment, Nomad 1.11.3 does not
 * even start with the first one ("unable to add custom RootCAs HTTPClient").
 */
const FINGERPRINTS_OF_CLOUDS = ['env_aws', 'env_gce', 'env_azure', 'env_digitalocean'];

/** What every Nomad agent is told, wherever it runs. https://developer.hashicorp.com/nomad/docs/configuration */
export function nomadConfig(facts: AgentFacts, mode: AgentMode): Config {
  return {
    name: facts.name,
    datacenter: facts.datacenter,
    disable_update_check: true,
    // Without, /v1/metrics refuses whoever asks as Prometheus does, with 415. Nodes and allocations tell what they use only when told to.
    telemetry: { prometheus_metrics: true, publish_node_metrics: true, publish_allocation_metrics: true, disable_hostname: true },
    ...(mode === 'server' ? { server: serverBlock(facts) } : { client: clientBlock(facts) }),
  };
}

function serverBlock({ bootstrapExpect }: AgentFacts): Config {
  return { enabled: true, bootstrap_expect: bootstrapExpect > 0 ? bootstrapExpect : undefined, raft_multiplier: 1 };
}

function clientBlock({ address, consulBinary }: AgentFacts): Config {
  return {
    enabled: true,
    // Locally, Nomad gives tasks the address of the interface, 127.0.0.1 for all nodes alike; jobs that must listen where
    // only this node does use this one.
    meta: { address, consul_binary: consulBinary },
    options: { 'fingerprint.denylist': FINGERPRINTS_OF_CLOUDS.join(',') },
  };
}
