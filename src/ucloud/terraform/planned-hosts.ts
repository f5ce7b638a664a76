import { readFile } from 'node:fs/promises';
import type { Root } from '../../terraform/root.js';

/** What an earlier run wrote for terraform, whether or not it came to make it. */
export interface PlannedHost {
  readonly privateIp: string;
  readonly imageId: string;
}

/** By name; nothing when the values were never written, or cannot be read. */
export async function plannedHosts({ valuesFile }: Pick<Root, 'valuesFile'>): Promise<ReadonlyMap<string, PlannedHost>> {
  try {
    const { hosts } = JSON.parse(await readFile(valuesFile, 'utf8')) as {
      hosts: Record<string, { private_ip: string; image_id: string }>;
    };
    return new Map(Object.entries(hosts).map(([name, host]) => [name, { privateIp: host.private_ip, imageId: host.image_id }]));
  } catch {
    return new Map();
  }
}
