import { readFile } from 'node:fs/promises';
import type { Context } from '../context.js';
import { ConfigError } from '../errors.js';
import { errorOf } from '../options/problem.js';
import { resolveOptions, settled } from '../options/resolve.js';
import { chooseTarget } from './choose-target.js';
import { readClusterText, setInText } from './cluster-file.js';
import { checkClusterName } from './cluster-name.js';
import { changedValues, checkTogether, type ClusterFileDraft, type DraftRequest } from './draft-cluster-file.js';
import { foreignFlags } from './foreign-flags.js';
import { parseClusterFile } from './parse-cluster-file.js';

/**
 * Takes a cluster file from elsewhere, comments and all; flags are set on top, and a given name replaces its own.
 * @throws ConfigError with every problem of that file; UsageError for wrong flags.
 */
export async function draftFromFile(from: string, request: DraftRequest, ctx: Context): Promise<ClusterFileDraft> {
  const { flags, targets } = request;
  const content = await readFile(from).catch((cause: unknown) => {
    throw new ConfigError(`${from} cannot be read`, { code: 'cluster-file-unreadable', cause });
  });
  const parsed = parseClusterFile(content, { path: from, targets });
  const { file } = parsed;
  const { target, problems } = chooseTarget(ctx, { targets, flags, file });
  const known = resolveOptions(target.options, { flags, file: file.values });
  const wrongFlags = known.problems.filter(({ where }) => where.startsWith('--'));
  const all = [...parsed.problems, ...problems, ...foreignFlags(target, request), ...wrongFlags];
  if (all.length > 0) throw errorOf(all, 'nomadctl init --help');
  const name = checkClusterName(request.name ?? ctx.global.cluster ?? file.name);
  const paths = ctx.paths.cluster(name);
  const before = await readClusterText(paths.file);
  const interview = await target.interview?.({ cluster: name, paths, known, isNew: before === undefined, onlyMissing: true }, ctx);
  const resolution = resolveOptions(target.options, { flags, file: file.values, answers: interview?.answers ?? {} });
  const settings = settled(resolution, target.options, `nomadctl init --from ${from}`);
  checkTogether(target, settings);
  const values = { ...(name === file.name ? {} : { name }), ...changedValues(settings, resolution, file) };
  const after = setInText(new TextDecoder().decode(content), values);
  return { name, path: paths.file, before, after, ...(interview ? { interview } : {}) };
}
