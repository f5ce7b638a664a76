import rsort from 'semver/functions/rsort.js';
import valid from 'semver/functions/valid.js';
import type { FileLookUp, LookedUp } from './look-up-files.js';

/** A provider of terraform's, as a mirror holds it. */
export interface ProviderFile {
  /** `registry.terraform.io/ucloud/ucloud` */
  readonly source: string;
  readonly version: string;
  readonly url: string;
  /** Absent where the mirror lists none. */
  readonly sha256?: string;
}

const REGISTRY = 'registry.terraform.io';
const PLATFORM = 'linux_amd64';

/**
 * Finds providers in a mirror by terraform's own protocol: an index of versions, then the archives of one version.
 * https://developer.hashicorp.com/terraform/internals/provider-network-mirror-protocol
 * @param wanted `namespace/name` for the newest version, or `namespace/name@version`
 */
export async function findProvider(
  files: FileLookUp,
  mirror: string,
  wanted: string,
): Promise<{ readonly provider: ProviderFile } | { readonly missing: LookedUp }> {
  const [name = '', version] = wanted.split('@');
  const folder = `${mirror.replace(/\/+$/, '')}/${REGISTRY}/${name}`;
  const index = await files.read(`${folder}/index.json`);
  if (!index.found) return { missing: index };
  const versions = Object.keys(readJson(index).versions ?? {}).filter((word) => valid(word));
  const chosen = version === undefined ? rsort(versions)[0] : versions.find((word) => word === version);
  if (chosen === undefined) return { missing: { ...index, found: false, answer: `${index.url} lists no version ${version ?? 'at all'}` } };
  const archives = await files.read(`${folder}/${chosen}.json`);
  if (!archives.found) return { missing: archives };
  const archive = readJson(archives).archives?.[PLATFORM];
  if (archive?.url === undefined)
    return { missing: { ...archives, found: false, answer: `${archives.url} lists nothing for ${PLATFORM}` } };
  const url = new URL(archive.url, archives.url).href;
  const there = await files.head(url);
  if (!there.found) return { missing: there };
  const sha256 = archive.hashes?.find((hash) => /^zh:[0-9a-f]{64}$/.test(hash))?.slice(3);
  return { provider: { source: `${REGISTRY}/${name}`, version: chosen, url, ...(sha256 ? { sha256 } : {}) } };
}

/** As the script of a build reads it: a provider each, separated by semicolons. */
export function writeProviders(providers: readonly ProviderFile[]): string {
  return providers.map(({ source, version, url, sha256 }) => [source, version, url, sha256].filter(Boolean).join(' ')).join(';');
}

interface MirrorJson {
  readonly versions?: Readonly<Record<string, unknown>>;
  readonly archives?: Readonly<Record<string, { readonly url?: string; readonly hashes?: readonly string[] }>>;
}

function readJson({ text = '' }: LookedUp): MirrorJson {
  try {
    return JSON.parse(text) as MirrorJson;
  } catch {
    return {};
  }
}
