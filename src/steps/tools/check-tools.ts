import { stepsFor } from '../../engine/step.js';
import { locateTool, type RejectedTool, type ResolvedTool } from '../../programs/locate-tool.js';
import { exactVersion, type ToolName } from '../../programs/tool-versions.js';
import type { ClusterState } from '../../agents/local-state.js';

/** A cluster of any target whose agents are Consul and Nomad. `default` means any version that nomadctl works with. */
interface AgentVersions {
  readonly cluster: { readonly settings: { readonly 'versions.consul': string; readonly 'versions.nomad': string } };
}

const { defineStep } = stepsFor<AgentVersions, ClusterState>();

const agents = ['consul', 'nomad'] as const satisfies readonly ToolName[];

type Agent = (typeof agents)[number];
type Found = ResolvedTool & { readonly rejected: readonly RejectedTool[]; readonly insteadOf?: string | undefined };

/** Finds Consul and Nomad, and installs what is missing. When they are there it starts no process. */
export const checkToolsStep = defineStep({
  id: 'check-tools',
  title: 'Checking tools',
  provides: ['tools'],
  inputs: ({ cluster }) => ({ consul: cluster.settings['versions.consul'], nomad: cluster.settings['versions.nomad'] }),
  async isDone(at) {
    const found = await Promise.all(agents.map((agent) => locateTool(at, agent, wantedVersion(at, agent))));
    const tools = found.flatMap(({ tool, rejected }) => (tool ? [{ ...tool, rejected }] : []));
    const missing = agents.filter((_, index) => !found[index]?.tool);
    if (missing.length > 0) return { done: false, because: `no ${missing.join(' and no ')} that will do` };
    // A skipped step hands nothing on: when another program is found than last time, it must run.
    const moved = tools.find((tool) => at.state.tools && !isSame(at.state.tools[tool.name as Agent], tool));
    if (moved) return { done: false, because: `${moved.name} is now ${moved.version} at ${moved.path}` };
    return { done: true, ...resultOf(tools) };
  },
  async run(at, io) {
    const { ensureTool } = await import('../../programs/ensure-tool.js');
    const said = new Map<Agent, string>();
    const tools = await settled(
      agents.map((agent) => {
        const report = (text: string): void => {
          said.set(agent, `${agent}: ${text}`);
          io.line([...said.values()].join('; '));
        };
        return ensureTool(at, agent, { version: wantedVersion(at, agent), report });
      }),
    );
    return resultOf(tools);
  },
});

/** A failure waits for the others: what they have half done is not left behind a step that has ended. */
async function settled<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

function wantedVersion({ cluster }: AgentVersions, agent: Agent): string | undefined {
  const word = cluster.settings[`versions.${agent}`];
  return word === '' || word === 'default' ? undefined : exactVersion(agent, word);
}

function isSame(before: { path: string; version: string }, now: ResolvedTool): boolean {
  return before.path === now.path && before.version === now.version;
}

function resultOf(found: readonly Found[]): { state: Pick<ClusterState, 'tools'>; detail: string } {
  const [consul, nomad] = agents.map((agent) => found.find(({ name }) => name === agent));
  if (!consul || !nomad) throw new Error('both agents were looked for');
  const remarks = found.flatMap(remarksOn);
  return {
    state: { tools: { consul: pathOf(consul), nomad: pathOf(nomad) } },
    detail: [`consul ${consul.version}, nomad ${nomad.version}`, ...remarks].join('; '),
  };
}

function remarksOn({ name, rejected, warning, insteadOf }: Found): string[] {
  const built = insteadOf ? [`${name} built from source (${insteadOf})`] : [];
  return [...built, ...rejected.map(({ because }) => because), ...(warning ? [warning] : [])];
}

function pathOf({ path, version }: ResolvedTool): { path: string; version: string } {
  return { path, version };
}
