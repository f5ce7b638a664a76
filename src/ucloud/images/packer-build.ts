import { join } from 'node:path';
import { runPacker, type PackerResult } from '../../tools/packer.js';
import { keysOf } from '../account/find-keys.js';
import { environmentOf } from '../account/open-cloud.js';
import { newPassword } from '../account/root-password.js';
import type { ImageName } from '../settings/image-names.js';
import { buildFailed } from './build-failure.js';
import type { ImagesContext } from './images-state.js';
import { BUILD_VARIABLE } from './leftover-processes.js';
import { packerFolder, templateFile, variablesFile } from './packer-files.js';

export interface PackerBuildRequest {
  readonly image: ImageName;
  /** Path of packer. */
  readonly packer: string;
  /** Of the temporary host. */
  readonly name: string;
  /** Where packer takes UCloud to be. */
  readonly baseUrl: string;
  /** Id of the temporary host's firewall. */
  readonly firewall: string;
  readonly description: string;
  readonly line: (text: string) => void;
}

/**
 * One run of packer on templates that have been written. Returns the id of the image in the cluster's region. What it leaves is
 * the caller's.
 * @throws ToolError `build-failed` with the last lines; AbortError after an interrupt.
 */
export async function packerBuild(at: ImagesContext, request: PackerBuildRequest): Promise<string> {
  const { image, packer, name, baseUrl, firewall, description, line } = request;
  const { paths, settings } = at.cluster;
  const result = await runPacker(at, {
    packer,
    folder: packerFolder(paths),
    template: templateFile(image),
    varFile: variablesFile(image),
    vars: { base_url: baseUrl, instance_name: name, security_group_id: firewall, image_description: description },
    secrets: {
      ...environmentOf(await keysOf(at.cluster, at)),
      NOMADCTL_BUILD_PASSWORD: newPassword(at),
      [BUILD_VARIABLE]: join(paths.dir, name),
    },
    // Packer names scripts by their whole path, and the live line has room for its end only.
    onLine: (text) => line(text.replaceAll(join(packerFolder(paths), '/'), '')),
  });
  const imageId = imageIdOf(result, settings.region);
  if (result.exitCode !== 0 || imageId === undefined) throw buildFailed(image, result, at.cluster);
  return imageId;
}

/** Artifacts are `project:region:image`, one for each region that the image was copied to. */
function imageIdOf({ artifacts }: PackerResult, region: string): string | undefined {
  return artifacts.map((artifact) => artifact.split(':')).find(([, where]) => where === region)?.[2];
}
