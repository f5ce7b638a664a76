import { readFile } from 'node:fs/promises';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { exposedJobWords } from '../../exposure/expose-words.js';
import type { UcloudState } from '../ucloud-state.js';
import type { UcloudCluster } from '../ucloud-subject.js';

/** @throws UsageError `exposed-publicly` for a cluster that is to be private and of which something is reached from the internet */
export async function refusePublicExposures({ name, paths, settings }: Pick<UcloudCluster, 'name' | 'paths' | 'settings'>): Promise<void> {
  if (settings.mode !== 'private') return;
  const open = (await exposuresIn(paths.journal)).find(({ reach }) => reach === 'public');
  if (!open) return;
  throw new UsageError(`cluster ${name} cannot be private while port ${open.port} of job ${open.job} is reached from the internet`, {
    code: 'exposed-publicly',
    why: 'mode private has no public address at all, and what is exposed has a load balancer with one',
    next: nomadctl`job expose ${exposedJobWords(open)} --remove --cluster ${name}`,
  });
}

/** Nothing where there is no journal yet. */
async function exposuresIn(journal: string): Promise<UcloudState['exposed']['exposures']> {
  try {
    const { state } = JSON.parse(await readFile(journal, 'utf8')) as { readonly state?: Partial<UcloudState> };
    return state?.exposed?.exposures ?? [];
  } catch {
    return [];
  }
}
