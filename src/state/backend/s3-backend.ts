import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import type { RootBackend } from '../../terraform/backend.js';
import { terraformArgv } from '../../tools/terraform.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { bareTerraform, type BareRoot } from './bare-terraform.js';
import { backendBlock } from './hcl-block.js';
import { awsEnvironment } from './state-credentials.js';
import { mayReplace } from './state-keeping.js';

/**
 * An object of an S3-compatible store, with a lock beside it (terraform 1.10 and newer). What is no Amazon is asked for less: it has
 * no accounts to look up, and no regions to know. Requests are terraform's own: it has the credentials, and signs.
 * https://developer.hashicorp.com/terraform/language/backend/s3
 */
export function s3Backend(
  ctx: StateContext,
  { name: cluster, place }: StateOwner,
  { name, bare }: { name: string; bare: string },
): RootBackend {
  const key = `nomadctl/${cluster}/${name}/terraform.tfstate`;
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
  const env = awsEnvironment(ctx);
  const root: BareRoot = { folder: bare, configuration, env };
  const read = async (): Promise<string | undefined> => {
    const text = await bareTerraform(ctx, root, terraformArgv.statePull());
    return text.trim() === '' ? undefined : text;
  };
  return {
    kind: 's3',
    title,
    configuration,
    env,
    read,
    async keep(state, { overForeign = false } = {}) {
      const there = await read();
      // What a run that was killed below left is nobody's.
      const isFirst = there === undefined || there.includes(MARK);
      if (!isFirst && mayReplace(state, there, { title, overForeign }) === 'kept') return;
      // Pushed to an empty place, a state would get another lineage: it replaces a blank one by force, which alone keeps its own.
      if (there === undefined) await push(ctx, root, { state: BLANK, force: false });
      await push(ctx, root, { state, force: isFirst || overForeign });
    },
    // Terraform alone is told, when it asks for the lock.
    lockHolder: () => Promise.resolve(undefined),
    breakLock: async (id) => void (await bareTerraform(ctx, root, terraformArgv.forceUnlock(id))),
  };
}

const MARK = 'nomadctl-begins';
const BLANK = JSON.stringify({
  version: 4,
  serial: 1,
  lineage: MARK,
  outputs: { [MARK]: { value: MARK, type: 'string' } },
  resources: [],
});

async function push(ctx: StateContext, root: BareRoot, { state, force }: { state: string; force: boolean }): Promise<void> {
  const file = join(root.folder, 'kept.tfstate');
  await writeFileAtomic(file, state);
  try {
    await bareTerraform(ctx, root, terraformArgv.statePush(file, { force }));
  } finally {
    await rm(file, { force: true });
  }
}
