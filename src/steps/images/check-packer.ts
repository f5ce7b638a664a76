import { defineStep, imagesToBuild } from '../../ucloud/images/images-state.js';
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
    const { path, version, warning } = await resolveTool(at, 'packer');
    return { state: { packer: { path, version } }, detail: [`packer ${version}`, ...(warning ? [warning] : [])].join('; ') };
  },
});
