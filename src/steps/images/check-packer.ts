import { defineStep, imagesToBuild } from '../../ucloud/images/images-state.js';
import { locateTool } from '../../programs/locate-tool.js';
import { resolveTool } from '../../programs/resolve-tool.js';

/** Finds packer, when something is to be built. What it can build is asked with the rendered templates. */
export const checkPackerStep = defineStep({
  id: 'check-packer',
  title: 'Checking packer',
  requires: ['imageWork'],
  provides: ['packer'],
  hideWhenDone: true,
  isDone: async (at) => (imagesToBuild(at).length === 0 ? { done: true } : { done: false, because: 'something is to be built' }),
  async run(at) {
    // An image with nothing installed takes no packer: it is made with it where there is one, as every other image.
    if (at.request.bare && (await locateTool(at, 'packer')).tool === undefined) return { detail: 'none: made without it' };
    const { path, version, warning } = await resolveTool(at, 'packer');
    return { state: { packer: { path, version } }, detail: [`packer ${version}`, ...(warning ? [warning] : [])].join('; ') };
  },
});
