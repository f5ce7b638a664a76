import { isNomadClient, type AgentRole } from '../../cluster/node-roles.js';

/** What a plain cluster's agents are when they end, a wave after the other; in a sentence, and which agents are in it. */
export interface StoppingWave {
  readonly title: string;
  readonly has: (agent: AgentRole) => boolean;
}

/**
 * All agents of a plain cluster end before one of a secured one starts: a gossip pool has a key or has none. Nomad's servers before
 * its clients: those that miss a client give its tasks up after ten seconds, and a run that is killed in between may come back later
 * than that. Consul last, for the mesh asks it at every new connection.
 */
export const STOPPING_WAVES: readonly StoppingWave[] = [
  { title: "Nomad's servers", has: ({ program, mode }) => program === 'nomad' && mode === 'server' },
  { title: "Nomad's clients", has: isNomadClient },
  { title: 'Consul', has: ({ program }) => program === 'consul' },
];
