import type { Fleet } from '../rotation/fleet.js';
import { restartAgents, type Rolling } from '../rotation/roll-agents.js';

/**
 * Has Consul serve nobody without a token any more: its agents start anew with the configurations of now, one after the other, but
 * for those that have.
 * @returns how many were restarted
 */
export async function closeConsul(fleet: Fleet, rolling: Rolling): Promise<number> {
  await fleet.writeAuthorities();
  return restartAgents(fleet, ({ program }) => program === 'consul', rolling);
}
