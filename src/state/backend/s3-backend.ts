import { createObjectStore, type ObjectStore, type StoredObject } from '../../clients/s3/object-store.js';
import { stateLockIn, type RootBackend, type StateLock } from '../../terraform/backend.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { authorityOf } from './authority.js';
import { backendBlock } from './hcl-block.js';
import { changedMeanwhile, lockStays } from './keeping-errors.js';
import { objectStoreKeys } from './shared-credentials.js';
import { awsEnvironment } from './state-credentials.js';
import { mayReplace } from './state-keeping.js';

/** Where a cluster's objects are in the bucket. */
export const objectsOf = (cluster: string): string => `nomadctl/${cluster}/`;

/** @throws PrerequisiteError `state-keys-missing`; ConfigError `state-ca-missing` */
export async function objectStoreOf(ctx: Pick<StateContext, 'env' | 'redact'>, { place }: Pick<StateOwner, 'place'>): Promise<ObjectStore> {
  const { address, bucket, region, ca } = place;
  const url = address || `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  return createObjectStore({ url, bucket, region, keys: await objectStoreKeys(ctx), ...(ca ? { ca: authorityOf(ca) } : {}) });
}

/**
 * An object of an S3-compatible store, with a lock beside it (terraform 1.10 and newer). What is no Amazon is asked for less: it has
 * no accounts to look up, and no regions to know.
 * https://developer.hashicorp.com/terraform/language/backend/s3
 */
export function s3Backend(ctx: StateContext, owner: StateOwner, name: string): RootBackend {
  const { place } = owner;
  const { signal } = ctx;
  const key = `${objectsOf(owner.name)}${name}/terraform.tfstate`;
  const foreign = place.address === '' ? undefined : true;
  const title = `S3 ${place.address || 'at Amazon'}, ${place.bucket}/${key}`;
  const configuration = backendBlock('s3', {
    bucket: place.bucket,
    key,
    region: place.region,
    use_lockfile: true,
    endpoints: foreign && { s3: place.address },
    custom_ca_bundle: place.ca || undefined,
    use_path_style: foreign,
    skip_credentials_validation: foreign,
    skip_region_validation: foreign,
    skip_requesting_account_id: foreign,
    skip_metadata_api_check: foreign,
    skip_s3_checksum: foreign,
  });
  // Keys are looked for at the first use: what is missing is told then.
  let opened: Promise<ObjectStore> | undefined;
  const store = (): Promise<ObjectStore> => (opened ??= objectStoreOf(ctx, owner));
  const read = async (): Promise<StoredObject | undefined> => (await store()).read(key, signal);
  const write = async (text: string, there: StoredObject | undefined): Promise<void> => {
    if ((await (await store()).write(key, Buffer.from(text), { tag: there?.tag, signal })) === undefined) throw changedMeanwhile(title);
  };
  /** Beside the state, as terraform's `use_lockfile` makes it. */
  const lockKey = `${key}.tflock`;
  const lockHolder = async (): Promise<StateLock | undefined> => {
    const lock = await (await store()).read(lockKey, signal);
    return lock && stateLockIn(lock.value.toString('utf8'));
  };
  return {
    kind: 's3',
    title,
    configuration,
    env: awsEnvironment(ctx),
    read: async () => (await read())?.value.toString('utf8'),
    async keep(state, { overDamaged, overForeign } = {}) {
      const there = await read();
      if (mayReplace(state, there?.value.toString('utf8'), { title, overDamaged, overForeign }) === 'write') await write(state, there);
    },
    leaveNote: async (note) => write(JSON.stringify(note), await read()),
    async remove() {
      for (const one of [key, lockKey]) await (await store()).remove(one, signal);
    },
    lockHolder,
    async breakLock(id) {
      const lock = await lockHolder();
      if (lock === undefined) return;
      if (lock.id !== id) throw lockStays(id, { title, why: `the lock is ${lock.id} by now, of ${lock.who}` });
      await (await store()).remove(lockKey, signal);
    },
  };
}
