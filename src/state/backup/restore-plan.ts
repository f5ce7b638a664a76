import { join } from 'node:path';
import type { Context } from '../../context.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { readBytesIfThere } from '@nomadctl/base/read-if-there';
import type { Secret } from '@nomadctl/base/secret/secret';
import type { Root, RootName } from '../../terraform/root.js';
import { stateText } from '../../terraform/state-text.js';
import { compareSecrets } from './compare-secrets.js';
import { compareStates } from './compare-states.js';
import type { RestoreSource } from './restore-source.js';
import { stateCopies } from './state-copies.js';

/** What putting a backup back would do, one thing a row. */
export interface RestoreRow {
  /** `state of cluster`, `cluster.yaml`, `secrets`, `snapshot of Consul`. */
  readonly what: string;
  readonly says: string;
  readonly changes: boolean;
}

export interface RestorePlan {
  readonly rows: readonly RestoreRow[];
  readonly states: ReadonlyMap<RootName, string>;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** To be added, or put in place of others; nothing where all are there. */
  readonly secrets: Readonly<Record<string, Secret>>;
  /** What is there of secrets can not be read, and goes first. */
  readonly secretsUnreadable: boolean;
  readonly snapshots: RestoreSource['snapshots'];
  /** Something that is whole would be lost, in words. */
  readonly overwrites: readonly string[];
  /** Roots whose state holds resources under another lineage. */
  readonly otherLineage: readonly RootName[];
  readonly changes: number;
}

export interface RestoreOptions {
  /** Keys, certificates and tokens of the backup go in place of those that are there. */
  readonly replaceSecrets: boolean;
}

/** What a cluster's agents and hosts know it by: of these the newer ones are right. */
const KEYS = /^(ca|ca-chain|operator|operator-key)\.pem$|^(ssh|hosts)\//;

/** Compares what is there with a backup, and changes nothing. */
export async function planRestore(
  source: RestoreSource,
  { paths, roots, redact }: { readonly paths: ClusterPaths; readonly roots: readonly Root[] } & Pick<Context, 'redact'>,
  { replaceSecrets }: RestoreOptions,
): Promise<RestorePlan> {
  const rows: RestoreRow[] = [];
  const overwrites: string[] = [];
  const otherLineage: RootName[] = [];
  const states = new Map<RootName, string>();
  for (const place of roots) {
    const { name: root } = place;
    const text = source.states.get(root);
    if (text === undefined) continue;
    const change = compareStates(await stateText(place), text, await stateCopies(paths, root));
    rows.push({ what: `state of ${root}`, says: change.says, changes: change.write !== undefined });
    if (change.write === undefined) continue;
    states.set(root, change.write);
    if (change.overwrites) overwrites.push(`the state of ${root}`);
    if (change.otherLineage) otherLineage.push(root);
  }
  const files = new Map<string, Uint8Array>();
  for (const [path, content] of source.files) {
    const now = await readBytesIfThere(join(paths.dir, path)).catch(() => undefined);
    const isSame = now !== undefined && Buffer.compare(now, content) === 0;
    const stays = !isSame && now !== undefined && KEYS.test(path) && !replaceSecrets;
    const says = isSame
      ? 'as it is'
      : stays
        ? 'another one by now, which stays'
        : now === undefined
          ? 'not there -> written'
          : 'another one -> replaced';
    rows.push({ what: path, says, changes: !isSame && !stays });
    if (isSame || stays) continue;
    files.set(path, content);
    if (now !== undefined && now.length > 0) overwrites.push(path);
  }
  const secrets = await secretsPlan(source, { paths, redact }, replaceSecrets);
  if (secrets.row) rows.push(secrets.row);
  if (secrets.replaces) overwrites.push('secrets');
  for (const program of source.snapshots.keys()) {
    const what = `snapshot of ${program === 'consul' ? 'Consul' : 'Nomad'}`;
    rows.push({ what, says: 'all that was registered since is forgotten', changes: true });
    overwrites.push(`what ${program === 'consul' ? 'Consul' : 'Nomad'} knows`);
  }
  const changes = rows.filter((row) => row.changes).length;
  return {
    ...{ rows, states, files, overwrites, otherLineage, changes },
    ...{ secrets: secrets.patch, secretsUnreadable: secrets.unreadable, snapshots: source.snapshots },
  };
}

interface SecretsPlan {
  readonly row?: RestoreRow;
  readonly patch: Readonly<Record<string, Secret>>;
  readonly replaces: boolean;
  readonly unreadable: boolean;
}

async function secretsPlan(
  { secrets, parts }: RestoreSource,
  { paths, redact }: { readonly paths: ClusterPaths } & Pick<Context, 'redact'>,
  replaceSecrets: boolean,
): Promise<SecretsPlan> {
  if (secrets === undefined || !parts.includes('files')) return { patch: {}, replaces: false, unreadable: false };
  const { adds, differs, unreadable } = await compareSecrets(paths, secrets, redact);
  const [missing, others] = [Object.keys(adds), Object.keys(differs)];
  const patch = { ...adds, ...(replaceSecrets ? differs : {}) };
  const said = [
    ...(unreadable ? ['cannot be read'] : []),
    ...(missing.length === 0 ? [] : [`+ ${missing.join(', ')}`]),
    ...(others.length === 0 ? [] : [`${others.join(', ')} ${replaceSecrets ? 'replaced' : 'others by now, which stay'}`]),
  ];
  const row = { what: 'secrets', says: said.length === 0 ? 'as they are' : said.join('; '), changes: Object.keys(patch).length > 0 };
  return { row, patch, replaces: replaceSecrets && others.length > 0, unreadable };
}
