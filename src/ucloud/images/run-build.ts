import { join } from 'node:path';
import { isRefusal, THROTTLED } from '../../clients/ucloud/ret-codes.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { isAbort, NomadctlError, ToolError } from '@nomadctl/base/errors';
import { jittered } from '@nomadctl/base/clock';
import { formatDuration } from '@nomadctl/base/duration';
import { reasonOf } from '@nomadctl/base/reason';
import { runPacker, type PackerResult } from '../../tools/packer.js';
import { keysOf } from '../account/find-keys.js';
import { environmentOf, ucloudOf } from '../account/open-cloud.js';
import { newPassword } from '../account/root-password.js';
import type { BuiltImage } from '../ucloud-state.js';
import { createBuildFirewall } from './build-firewall.js';
import { buildFailed } from './build-failure.js';
import { buildName, newBuildId, writeNotes, type ImageName } from '../settings/image-names.js';
import type { ImagesContext, ImageWork } from './images-state.js';
import { BUILD_VARIABLE, endLeftoverProcesses } from './leftover-processes.js';
import { packerFolder, templateFile, variablesFile } from './packer-files.js';
import { countLeftovers, findLeftovers, removeLeftovers } from './sweep-builds.js';

export interface BuildRequest {
  readonly image: ImageName;
  readonly work: ImageWork;
  /** Path of packer. Its templates have been written. */
  readonly packer: string;
  readonly line: (text: string) => void;
}

interface Build extends BuildRequest {
  readonly id: string;
  /** Of its temporary host and its firewall. */
  readonly name: string;
}

/** How long the removal of what a build left may take; after an interrupt too. */
const CLEAN_UP_MS = 16 * 60_000;

/** How long builds that UCloud throttled are begun anew, from the first one on: packer gives up at the first refusal. */
const PATIENCE_MS = 30 * 60_000;
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 60_000;
/** Attempts in a row of what may be throttling, and of which nobody says so. */
const SUSPECTED = 5;

/**
 * Builds one image with packer, and leaves nothing else behind: neither when packer fails or is killed, nor when we are
 * interrupted. A build that was throttled is begun anew.
 * @throws ToolError `build-failed` with the last lines; AbortError after an interrupt.
 */
export async function runBuild(at: ImagesContext, request: BuildRequest): Promise<BuiltImage> {
  const deadline = at.clock.now() + PATIENCE_MS;
  for (let attempt = 1, suspected = 0; ; attempt++) {
    try {
      return await buildOnce(at, request);
    } catch (error) {
      const rest = deadline - at.clock.now();
      const trouble = passingTrouble(error);
      suspected = isRefusal(error, THROTTLED) ? 0 : suspected + 1;
      if (trouble === undefined || rest <= 0 || suspected >= SUSPECTED) throw error;
      const pause = jittered(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * attempt));
      request.line(`${trouble}: again in ${formatDuration(pause)}, gives up in ${formatDuration(rest)}`);
      await at.clock.sleep(pause, at.signal);
    }
  }
}

/**
 * What does not stand in the way of another attempt, in words. Where UCloud refuses to answer it, packer's builder (1.8.6)
 * crashes, or says "not found" of an image that was there a moment ago.
 */
function passingTrouble(error: unknown): string | undefined {
  if (isRefusal(error, THROTTLED)) return `UCloud throttles (code ${THROTTLED})`;
  const said = error instanceof NomadctlError ? error.why : [];
  if (said.some((line) => line.includes('Packer crashed!'))) return 'packer crashed';
  return said.some((line) => /the image \S+ is not found/.test(line)) ? 'packer got no answer about an image' : undefined;
}

async function buildOnce(at: ImagesContext, request: BuildRequest): Promise<BuiltImage> {
  const id = newBuildId();
  const build: Build = { ...request, id, name: buildName(at.cluster.name, request.image, id) };
  try {
    const result = await packerBuild(at, build);
    const imageId = imageIdOf(result, at.cluster.settings.region);
    if (result.exitCode !== 0 || imageId === undefined) throw buildFailed(request.image, result, at.cluster);
    await cleanUp(at, build);
    return await madeImage(at, request.work, imageId);
  } catch (error) {
    // What is left is found by the next run, too; here it only costs less. The failure itself is what must be heard.
    const problem = await cleanUp(at, build).catch((cause: unknown) => `something may be left at UCloud: ${reasonOf(cause)}`);
    throw problem === undefined ? error : withRemark(error, problem);
  }
}

async function packerBuild(at: ImagesContext, { image, work, packer, id, name, line }: Build): Promise<PackerResult> {
  const { settings, paths } = at.cluster;
  const api = await ucloudOf(at.cluster, at);
  const password = newPassword(at);
  const firewall = await createBuildFirewall(api, { name, allowIp: settings.allowIp, isPrivate: settings.privateBuilds });
  return runPacker(at, {
    packer,
    folder: packerFolder(paths),
    template: templateFile(image),
    varFile: variablesFile(image),
    vars: {
      instance_name: name,
      security_group_id: firewall,
      image_description: writeNotes({ base: work.base.id, build: id, versions: work.versions }),
    },
    secrets: {
      ...environmentOf(await keysOf(at.cluster, at)),
      NOMADCTL_BUILD_PASSWORD: password,
      [BUILD_VARIABLE]: join(paths.dir, name),
    },
    // Packer names scripts by their whole path, and the live line has room for its end only.
    onLine: (text) => line(text.replaceAll(join(packerFolder(paths), '/'), '')),
  });
}

/** With UCloud's own time, as every later run will see it. */
async function madeImage(at: ImagesContext, { name, hash, base, versions }: ImageWork, id: string): Promise<BuiltImage> {
  const [image] = (await (await ucloudOf(at.cluster, at)).call('DescribeImage', { ImageId: id })).ImageSet;
  return { id, name, hash, base: base.id, builtAt: image ? image.CreateTime * 1000 : at.clock.now(), versions };
}

/** Packer says that hosts are deleted before it knows, and forgets those that never came up: we look ourselves. */
async function cleanUp(at: ImagesContext, { id, name, line }: Build): Promise<undefined> {
  // The run's own signal may be why we are here.
  const signal = AbortSignal.timeout(CLEAN_UP_MS);
  await endLeftoverProcesses(join(at.cluster.paths.dir, name));
  const api: UcloudApi = await ucloudOf(at.cluster, { ...at, signal });
  const leftovers = await findLeftovers(api, at.cluster.name, id);
  if (countLeftovers(leftovers) > 0) await removeLeftovers(api, leftovers, { clock: at.clock, signal, report: line });
  return undefined;
}

/** Artifacts are `project:region:image`, one for each region that the image was copied to. */
function imageIdOf({ artifacts }: PackerResult, region: string): string | undefined {
  return artifacts.map((artifact) => artifact.split(':')).find(([, where]) => where === region)?.[2];
}

function withRemark(error: unknown, remark: string): unknown {
  if (!(error instanceof NomadctlError) || isAbort(error)) return error;
  const { message, code, why, next, details } = error;
  return new ToolError(message, { code, why: [...why, remark], next, details, cause: error });
}
