import { join } from 'node:path';
import { isRefusal, THROTTLED } from '../../clients/ucloud/ret-codes.js';
import { openRetryProxy } from '../../clients/ucloud/retry-proxy.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { isAbort, NomadctlError, ToolError } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import { openPatience, THROTTLES } from '../../terraform/patience.js';
import { ucloudOf } from '../account/open-cloud.js';
import type { BuiltImage } from '../ucloud-state.js';
import { createBuildFirewall } from './build-firewall.js';
import { copyBaseImage } from './copy-base-image.js';
import { buildName, newBuildId, writeNotes, type ImageName } from '../settings/image-names.js';
import { prepared, type ImagesContext, type ImageWork } from './images-state.js';
import { endLeftoverProcesses } from './leftover-processes.js';
import { packerBuild } from './packer-build.js';
import { countLeftovers, findLeftovers, removeLeftovers } from './sweep-builds.js';

export interface BuildRequest {
  readonly image: ImageName;
  readonly work: ImageWork;
  /** Path of packer. Its templates have been written. Without it, an image with nothing installed is made by ourselves. */
  readonly packer: string | undefined;
  readonly line: (text: string) => void;
}

interface Build extends BuildRequest {
  readonly id: string;
  /** Of its temporary host and its firewall. */
  readonly name: string;
  /** Where packer takes UCloud to be. */
  readonly baseUrl: string;
}

/** How long the removal of what a build left may take; after an interrupt too. */
const CLEAN_UP_MS = 16 * 60_000;

/**
 * Builds one image, and leaves nothing else behind: neither when packer fails or is killed, nor when we are
 * interrupted. Packer speaks to UCloud through a proxy that repeats what is throttled; where that takes longer than packer
 * waits for an answer, the build is begun anew.
 * @throws ToolError `build-failed` with the last lines; AbortError after an interrupt.
 */
export async function runBuild(at: ImagesContext, request: BuildRequest): Promise<BuiltImage> {
  const patience = openPatience({ ctx: at, line: request.line });
  const onThrottled = (action: string): void => request.line(`${THROTTLES}: ${action} again`);
  for (;;) {
    const proxy = await openRetryProxy({ baseUrl: at.cluster.settings.baseUrl, clock: at.clock, onThrottled });
    try {
      return await buildOnce(at, request, proxy.url);
    } catch (error) {
      // What packer's builder (1.8.6) says of it need not tell: it crashes, or an image that is there "is not found".
      const wasThrottled = proxy.hasGivenUp || isRefusal(error, THROTTLED);
      if (isAbort(error) || !(await patience.again(wasThrottled ? 'throttled' : undefined))) throw error;
    } finally {
      await proxy.close();
    }
  }
}

async function buildOnce(at: ImagesContext, request: BuildRequest, baseUrl: string): Promise<BuiltImage> {
  const id = newBuildId();
  const build: Build = { ...request, id, name: buildName(at.cluster.name, request.image, id), baseUrl };
  try {
    const imageId = await makeImage(at, build);
    await cleanUp(at, build);
    return await madeImage(at, request.work, imageId);
  } catch (error) {
    // What is left is found by the next run, too; here it only costs less. The failure itself is what must be heard.
    const problem = await cleanUp(at, build).catch((cause: unknown) => `something may be left at UCloud: ${reasonOf(cause)}`);
    throw problem === undefined ? error : withRemark(error, problem);
  }
}

/** Returns the image's id. */
async function makeImage(at: ImagesContext, { image, work, packer, id, name, baseUrl, line }: Build): Promise<string> {
  const { settings } = at.cluster;
  const api = await ucloudOf(at.cluster, at);
  const firewall = await createBuildFirewall(api, { name, allowIp: settings.allowIp, isPrivate: settings.privateBuilds });
  const description = writeNotes({ base: work.base.id, build: id, versions: work.versions });
  const { buildZone: zone } = prepared(at);
  if (packer === undefined) return copyBaseImage(at, api, { name, work, zone, firewall, description, line });
  return packerBuild(at, { image, packer, name, baseUrl, firewall, description, line });
}

/** As the lists have it, with UCloud's own time, as every later run will see it. */
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

function withRemark(error: unknown, remark: string): unknown {
  if (!(error instanceof NomadctlError) || isAbort(error)) return error;
  const { message, code, why, next, details } = error;
  return new ToolError(message, { code, why: [...why, remark], next, details, cause: error });
}
