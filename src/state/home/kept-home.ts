import { randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { OutcomeError, PrerequisiteError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { readableState } from '../../terraform/inventory.js';
import { openBackend } from '../backend/open-backend.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { seal, unseal } from './age-seal.js';
import { readHome, type HomeFiles } from './home-files.js';

/** Beside the roots. What is kept looks like a state, so that every backend of terraform's takes it. */
export const HOME = 'home';
const FORMAT = 1;

/** Keeps what another computer needs to go on with a cluster, for its operators alone. The caller holds the run's lock. */
export async function keepHome(ctx: StateContext, owner: StateOwner, recipients: readonly string[]): Promise<void> {
  const backend = openBackend(ctx, owner, HOME);
  if (!backend || recipients.length === 0) return;
  const sealed = await seal(gzipSync(JSON.stringify({ format: FORMAT, files: await readHome(owner.paths) })), recipients);
  const before = readableState((await backend.read()) ?? '');
  const value = sealed.toString('base64');
  await backend.keep(
    JSON.stringify({
      ...{ version: 4, terraform_version: '1.5.0', serial: (before?.serial ?? 0) + 1, lineage: before?.lineage ?? randomUUID() },
      ...{ outputs: { [HOME]: { value, type: 'string' } }, resources: [], check_results: null },
    }),
  );
}

/**
 * What was kept.
 * @param identity a key file of age
 * @throws PrerequisiteError `nothing-kept`; UsageError `age-key-wrong`; OutcomeError `home-newer`
 */
export async function keptHome(ctx: StateContext, owner: StateOwner, identity: string): Promise<HomeFiles> {
  const backend = openBackend(ctx, owner, HOME);
  const state = readableState((await backend?.read()) ?? '');
  const value = state?.outputs?.[HOME]?.value;
  if (typeof value !== 'string') {
    throw new PrerequisiteError(`nothing is kept of a cluster ${owner.name} there`, {
      code: 'nothing-kept',
      why: `looked at ${backend?.title ?? 'this computer'}; a cluster is kept there from the first run after its settings name recipients`,
      next: hint`where it was made: ${nomadctl`state backend consul --recipient <key>`} && ${nomadctl`up ${owner.name}`}`,
    });
  }
  const packed = await unseal(Buffer.from(value, 'base64'), identity, {
    what: 'what is kept of the cluster',
    whose: 'it is kept for other recipients, as state.recipients of its settings name them',
    next: nomadctl`attach --help`,
  });
  const { format, files } = JSON.parse(gunzipSync(packed).toString('utf8')) as { format: number; files: HomeFiles };
  if (format === FORMAT) return files;
  throw new OutcomeError(`what is kept of cluster ${owner.name} has form ${format}, and ${FORMAT} is what this nomadctl reads`, {
    code: 'home-newer',
    why: 'a newer nomadctl wrote it',
    next: hint`with that one: ${again()}`,
  });
}
