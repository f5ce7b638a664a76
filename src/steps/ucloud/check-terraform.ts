import { isNetworkMirror } from '../../terraform/provider-sources.js';
import { locateTool, type ResolvedTool } from '../../programs/locate-tool.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';
import type { TerraformProgram } from '../../terraform/terraform-scope.js';

/** Finds terraform, or OpenTofu in its place, and installs it when there is none. */
export const checkTerraformStep = defineStep({
  id: 'check-terraform',
  title: 'Checking tools',
  provides: ['tools'],
  async isDone(at) {
    const { tool } = await locateTool(at, 'terraform');
    if (!tool) return { done: false, because: 'no terraform that will do' };
    const { tools } = at.state;
    // A skipped step hands nothing on: when another program is found than last time, it must run.
    if (tools?.terraform && (tools.terraform.path !== tool.path || tools.terraform.version !== tool.version))
      return { done: false, because: `${tool.program} is now ${tool.version} at ${tool.path}` };
    return { done: true, ...resultOf(tool, at.cluster.settings.pluginMirror) };
  },
  async run(at, io) {
    const { ensureTool } = await import('../../programs/ensure-tool.js');
    const tool = await ensureTool(at, 'terraform', { report: (text) => io.line(`terraform: ${text}`) });
    return resultOf(tool, at.cluster.settings.pluginMirror);
  },
});

function resultOf(
  { program, path, version, warning }: ResolvedTool,
  pluginMirror: string,
): { state: (now: { tools?: object }) => { tools: { terraform: TerraformProgram } }; detail: string } {
  const unused = pluginMirror !== '' && !isNetworkMirror(pluginMirror);
  return {
    state: ({ tools }) => ({ tools: { ...tools, terraform: { program, path, version } } }),
    detail: [
      `${program} ${version}`,
      ...(warning ? [warning] : []),
      ...(unused ? ['pluginMirror is for images alone: as a network mirror it would have to be https'] : []),
    ].join('; '),
  };
}
