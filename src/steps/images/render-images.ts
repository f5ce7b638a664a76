import { readImageSources } from '../../ucloud/images/image-sources.js';
import { imageVariables } from '../../ucloud/images/image-variables.js';
import { defineStep, imagesToBuild, prepared, type ImagesContext } from '../../ucloud/images/images-state.js';
import { shapeOf } from '../../ucloud/images/compare-images.js';
import { openProxy, type Proxy } from '../../machines/jump/open-doors.js';
import { sshPathsOf } from '../../machines/ssh-key.js';
import {
  packerFolder,
  templateFile,
  throughProxy,
  variablesFile,
  writePackerFiles,
  type RenderedImage,
} from '../../ucloud/images/packer-files.js';
import { renderImage } from '../../ucloud/images/render-image.js';
import type { ImageSources } from '../../ucloud/images/image-sources.js';
import { validateTemplate } from '../../tools/packer.js';
import { keysOf } from '../../ucloud/account/find-keys.js';
import { environmentOf } from '../../ucloud/account/open-cloud.js';

/** Writes templates, variables and scripts, and has packer check them: that also tells whether it can build at UCloud. */
export const renderImagesStep = defineStep({
  id: 'render-images',
  title: 'Checking templates',
  requires: ['imageWork'],
  hideWhenDone: true,
  isDone: async (at) => (imagesToBuild(at).length === 0 ? { done: true } : { done: false, because: 'something is to be built' }),
  async run(at, io) {
    const { packer } = prepared(at);
    if (packer === undefined) return { detail: 'none needed' };
    const folder = packerFolder(at.cluster.paths);
    const sources = await readImageSources(at.paths.templates);
    const images = imagesToBuild(at);
    const { settings, paths } = at.cluster;
    const proxy = settings.privateBuilds ? await openProxy(sshPathsOf(paths, settings), at) : undefined;
    await writePackerFiles(
      folder,
      sources,
      images.map((image) => render(at, { sources, image, proxy })),
    );
    const secrets = environmentOf(await keysOf(at.cluster, at));
    const builds = images.map((image) => ({
      packer: packer.path,
      folder,
      template: templateFile(image),
      varFile: variablesFile(image),
    }));
    await Promise.all(builds.map((build) => validateTemplate(at, build, secrets)));
    // What a person types to repeat a build by hand, with the keys in UCLOUD_PUBLIC_KEY and UCLOUD_PRIVATE_KEY.
    for (const { template, varFile } of builds) io.log(`cd ${folder} && ${packer.path} build -var-file=${varFile} ${template}`);
    return { detail: `${images.length} accepted by packer ${packer.version}` };
  },
});

interface RenderRequest extends Pick<RenderedImage, 'image'> {
  readonly sources: ImageSources;
  readonly proxy: Proxy | undefined;
}

function render(at: ImagesContext, { sources, image, proxy }: RenderRequest): RenderedImage {
  const { settings } = at.cluster;
  const { imageWork, buildZone, imageFiles } = prepared(at);
  const work = imageWork[image];
  if (work === undefined) throw new Error(`${image} was not looked at`);
  const shape = shapeOf(image, { settings, request: at.request, sshUser: work.sshUser });
  const variables = imageVariables({ image, settings, work, zone: buildZone, files: imageFiles });
  return { image, template: throughProxy(renderImage(sources, image, shape), proxy), variables };
}
