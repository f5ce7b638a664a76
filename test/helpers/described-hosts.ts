import type { EmulatedCloud } from './emulated-cloud.js';

/** A host as DescribeUHostInstance tells it. */
export interface DescribedHost {
  readonly UHostId: string;
  readonly Name: string;
  readonly Zone: string;
  readonly Tag: string;
  readonly Remark: string;
  readonly State: string;
  readonly ChargeType: string;
  readonly DiskSet: readonly { DiskType: string; Size: number }[];
  readonly IPSet: readonly { Type: string; IP: string }[];
}

/** All hosts of the cloud, by name. */
export async function hostsIn(cloud: EmulatedCloud): Promise<DescribedHost[]> {
  const { UHostSet } = await cloud.ok('DescribeUHostInstance', { Limit: 100 });
  return (UHostSet as DescribedHost[]).sort((a, b) => a.Name.localeCompare(b.Name));
}

export const namesOf = (list: readonly DescribedHost[]): string[] => list.map(({ Name }) => Name);

export const privateAddressOf = (host: DescribedHost | undefined): string | undefined =>
  host?.IPSet.find(({ Type }) => Type === 'Private')?.IP;

/** Requests that change something, since the one of this number. */
export function writesTo(cloud: EmulatedCloud, since = 0): string[] {
  return cloud.requests.list({ after: since }).flatMap(({ action }) => (/^(Describe|Get|Check|List)/.test(action) ? [] : [action]));
}

/** How often each host was made. An answer that was lost has no code, and its host was made all the same. */
export function creationsIn(cloud: EmulatedCloud): Record<string, number> {
  const asked = cloud.requests.list().filter(({ action, retCode = 0 }) => action === 'CreateUHostInstance' && retCode === 0);
  return asked.reduce<Record<string, number>>(
    (counts, { params }) => ({ ...counts, [params['Name'] ?? '']: (counts[params['Name'] ?? ''] ?? 0) + 1 }),
    {},
  );
}

export const lastRequest = (cloud: EmulatedCloud): number => cloud.requests.list().at(-1)?.number ?? 0;
