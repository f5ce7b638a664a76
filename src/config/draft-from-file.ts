import { readFile } from 'node:fs/promises';
import type { Context } from '../context.js';
import { ConfigError } from '../errors.js';
import { errorOf } from '../options/problem.js';
import { resolveOptions, settled } from '../options/resolve.js';
import { chooseTarget } from './choose-target.js';
import { readClusterText, setInText } from './cluster-file.js';
import { checkClusterName } from './cluster-name.js';
import { changedValues, checkTogether, type ClusterFileDraft, type DraftRequest } from './draft-cluster-file.js';
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
  const resolution = resolveOptions(target.options, { flags, file: file.values });
  const wrongFlags = resolution.problems.filter(({ where }) => where.startsWith('--'));
  const all = [...parsed.problems, ...problems, ...wrongFlags];
  if (all.length > 0) throw errorOf(all, 'nomadctl init --help');
  const settings = settled(resolution, target.options, `nomadctl init --from ${from}`);
  checkTogether(target, settings);
  const name = checkClusterName(request.name ?? ctx.global.cluster ?? file.name);
  const { file: path } = ctx.paths.cluster(name);
  const values = { ...(name === file.name ? {} : { name }), ...changedValues(settings, resolution, file) };
  return { name, path, before: await readClusterText(path), after: setInText(new TextDecoder().decode(content), values) };
}
