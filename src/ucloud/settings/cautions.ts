import { anyoneAmong } from './anyone.js';
import type { UcloudSettings } from './options.js';
import { plainWarning, pocWarning } from './profile.js';

/** Warnings about open access and prepaid hosts. Somebody agreed to them once, but others may bring the file up. */
export function cautionsOf({ profile, allowIp, chargeType, mode, natGateway }: UcloudSettings): string[] {
  return [
    ...(profile === 'poc' ? [pocWarning] : profile === 'plain' ? [plainWarning] : []),
    ...(anyoneAmong(allowIp) !== undefined ? ['Everybody on the internet reaches SSH, Consul and Nomad of this cluster'] : []),
    ...(mode === 'private' && !natGateway ? ['No host reaches the internet: images of containers have to come from its networks'] : []),
    ...(chargeType === 'dynamic' ? [] : [`New hosts and addresses are paid for a whole ${chargeType} in advance`]),
  ];
}
