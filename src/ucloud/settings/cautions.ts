import { anyoneAmong } from './anyone.js';
import type { UcloudSettings } from './options.js';
import { plainWarning, pocWarning } from './profile.js';

/** Warnings about open access and prepaid hosts. Somebody agreed to them once, but others may bring the file up. */
export function cautionsOf({ profile, allowIp, chargeType }: UcloudSettings): string[] {
  return [
    ...(profile === 'poc' ? [pocWarning] : profile === 'plain' ? [plainWarning] : []),
    ...(anyoneAmong(allowIp) !== undefined ? ['Everybody on the internet reaches SSH, Consul and Nomad of this cluster'] : []),
    ...(chargeType === 'dynamic' ? [] : [`New hosts and addresses are paid for a whole ${chargeType} in advance`]),
  ];
}
