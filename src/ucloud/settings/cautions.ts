import type { UcloudSettings } from './options.js';
import { pocWarning } from './profile.js';

/** What is open, and what cannot be given back: agreed to once, in a file that others may bring up. */
export function cautionsOf({ profile, allowIp, chargeType }: UcloudSettings): string[] {
  return [
    ...(profile === 'poc' ? [pocWarning] : []),
    ...(allowIp.some((range) => range.endsWith('/0')) ? ['Everybody on the internet reaches SSH, Consul and Nomad of this cluster'] : []),
    ...(chargeType === 'dynamic' ? [] : [`New hosts and addresses are paid for a whole ${chargeType} in advance`]),
  ];
}
