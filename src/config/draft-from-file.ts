import { readFile } from 'node:fs/promises';
import type { Context } from '../context.js';
import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl, shell } from '@nomadctl/base/hint/hint';
import { errorOf } from '../options/problem.js';
import { resolveOptions, settled } from '../options/resolve.js';
import { chooseTarget } from './choose-target.js';
import { readClusterText } from './cluster-file.js';
import { setInText } from './set-in-text.js';
import { chooseCluster } from './current-cluster.js';
import { changedValues, refuseConflicts, type ClusterFileDraft, type DraftRequest } from './draft-cluster-file.js';
import { foreignFlags } from './foreign-flags.js';
import { parseClusterFile } from './parse-cluster-file.js';

/**
 * Takes a cluster file from elsewhere, comments and all; flags are set on top, and a given name replaces its own.
 * @throws ConfigError with every problem of that file; UsageError for wrong flags.
 */
export async function draftFromFile(from: string, request: DraftRequest, ctx: Context): Promise<ClusterFileDraft> {
  const { flags, targets } = request;
  const content = await readFile(from).catch((cause: unknown) => {
    throw new ConfigError(`${from} cannot be read`, { code: 'cluster-file-unreadable', next: shell`ls -ld ${from}`, cause });
  });
  const parsed = parseClusterFile(content, { path: from, targets });
  const { file } = parsed;
  const { target, problems } = chooseTarget(ctx, { targets, flags, file });
  const inputs = { flags, env: ctx.env, file: file.values };
  const known = resolveOptions(target.options, inputs);
  // The file's own problems have a column; the same value seen again through its source has none.
  const fromElsewhere = known.problems.filter(({ where }) => !where.startsWith(`${from}:`));
  const all = [...parsed.problems, ...problems, ...foreignFlags(target, request), ...fromElsewhere];
  if (all.length > 0) throw errorOf(all, nomadctl`init --help`);
  const { name } = await chooseCluster(ctx, request.name ?? ctx.global.cluster ?? file.name);
  const paths = ctx.paths.cluster(name);
  const before = await readClusterText(paths.file);
  const again = { cluster: name, from, known };
  refuseConflicts(target, known.settings, { again, file: from, early: true });
  const interview = await target.interview?.({ cluster: name, paths, known, isNew: before === undefined, from }, ctx);
  const resolution = resolveOptions(target.options, { ...inputs, answers: interview?.answers ?? {} });
  const settings = settled(resolution, target.options, nomadctl`init --from ${from}`);
  refuseConflicts(target, settings, { again, file: from });
  const values = { ...(name === file.name ? {} : { name }), ...changedValues(settings, resolution, file) };
  const after = setInText(new TextDecoder().decode(content), values);
  return { name, path: paths.file, before, after, ...(interview ? { interview } : {}) };
}
