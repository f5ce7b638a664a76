import { agentsIn } from '../../agents/agents-in.js';
import { areJudged, judgeConfigs, type Judging } from '../../agents/judge-configs.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';

/** Beside the first start, when there is nothing yet that a wrong configuration could harm. */
export const checkConfigsStep = defineStep({
  id: 'check-agent-configs',
  title: 'Checking configurations',
  hideWhenDone: true,
  requires: ['tools', 'nodes'],
  async isDone(at) {
    return areJudged(judgingOf(at)) ? { done: true } : { done: false, because: 'Consul and Nomad have not seen them yet' };
  },
  async run(at) {
    await judgeConfigs(judgingOf(at), at);
  },
});

function judgingOf({ cluster, state }: LocalContext<'tools' | 'nodes'>): Judging {
  const folder = cluster.paths.agents;
  return { agents: agentsIn(state.nodes, folder), tools: state.tools, folder };
}
