import type { Json } from '@nomadctl/base/json';
import type { TemplateSource } from '../jobs/catalogue/find-job.js';
import type { JobManifest } from '../jobs/catalogue/job-manifest.js';
import type { MemberVolume } from './member-volumes.js';
import type { Operation } from './records.js';
import type { TenantAddress } from './tenant-address.js';
import type { TenantJob } from './tenant-manifest.js';
import { membersOf } from './tenant-template.js';

/**
 * A job of a tenant, ready to be deployed: its template is rendered with `tenant`, and with `members`, of which each has `index`, `name`
 * (`redis-0`), and `volume` and `path` where it has a volume.
 */
export function tenantJobSource(
  { part, source }: { readonly part: TenantJob; readonly source: TemplateSource },
  { tenant, members }: Pick<Operation, 'tenant' | 'members'>,
  volumes: readonly MemberVolume[] = [],
): TemplateSource {
  const all = Array.from({ length: membersOf(part, members) }, (_, index): Json => {
    const volume = volumes[index];
    const own = volume ? { volume: volume.name, path: volume.path } : {};
    return { index, name: `${part.job}-${index}`, isFirst: index === 0, ...own };
  });
  return { ...source, manifest: filledIn(source.manifest, { tenant }), values: { tenant, members: all } };
}

/** Its checks, with the address that a customer gets. */
export function tenantChecks(
  { source }: { readonly source: TemplateSource },
  { tenant, address }: { readonly tenant: string; readonly address: TenantAddress },
): JobManifest['verify'] {
  const [first = ''] = address.addresses;
  const at = first.lastIndexOf(':');
  const words = { tenant, host: first.slice(0, at), port: first.slice(at + 1), addresses: address.addresses.join(';') };
  return filledIn(source.manifest, words).verify;
}

/** `${tenant}` and its like in the words of a manifest. What they stand for has nothing in it that JSON would write otherwise. */
function filledIn(manifest: JobManifest, words: Readonly<Record<string, string>>): JobManifest {
  const text = JSON.stringify(manifest).replace(/\$\{(\w+)\}/g, (all, name: string) => words[name] ?? all);
  return JSON.parse(text) as JobManifest;
}
