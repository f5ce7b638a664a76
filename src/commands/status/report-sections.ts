import { formatTable, tableLook } from '@nomadctl/base/table';
import type { AgentReport, ClusterReport } from '../../targets/cluster-report.js';
import type { Style, Ui } from '../../ui/ui.js';
import { runningWords, seenByNomad } from './seen-by-nomad.js';

const AGENTS = ['consul', 'nomad'];

/** What a report does not say itself. */
export interface Said {
  /** Of jobs that the report is without. */
  readonly summary: string | undefined;
  /** What a program does that tells nothing. */
  readonly silence: string;
}

/** What is in a report, as parts of a screen: nodes, leaders and members, jobs. */
export function reportSections(report: ClusterReport, { summary, silence }: Said, ui: Ui): string[] {
  const { style } = ui;
  if (report.nodes.length === 0) return [];
  const atCloud = report.nodes.some(({ host }) => host !== undefined);
  const nodes = formatTable(
    ['node', 'address', ...(atCloud ? ['host'] : []), 'consul', 'nomad', 'seen by Nomad as'],
    report.nodes.map((node) => [
      node.name,
      node.address,
      ...(atCloud ? [hostCell(node.host, style)] : []),
      ...AGENTS.map((agent) =>
        agentCell(
          node.agents.find(({ name }) => name === agent),
          style,
        ),
      ),
      seenByNomad(node.name, report) ?? '-',
    ]),
    tableLook(ui),
  );
  const leaderOf = (leader: string | undefined, answers: boolean): string => leader ?? style.bad(answers ? 'none' : 'unknown');
  const leaders = [
    `Leaders: Consul ${leaderOf(report.consulLeader, report.consulMembers !== undefined)}`,
    `Nomad ${leaderOf(report.nomadLeader, report.nomadServers !== undefined)}`,
  ].join(', ');
  const members = report.consulMembers ? `Members: ${membersText(report)}` : `Members: Consul ${silence}`;
  return [nodes, [leaders, members, ...balancersText(report, style)].join('\n'), jobsText(report.jobs, { summary, silence }, ui)];
}

/** `Inner balancer of Nomad: 10.80.0.5:4646, reached from here, 3 of 3 servers well`. */
function balancersText({ balancers = [] }: ClusterReport, style: Style): string[] {
  return balancers.map(({ program, address, port, reachable, well, servers }) => {
    const health = well === undefined || servers === undefined ? '' : `, ${well} of ${servers} servers well`;
    const from = reachable ? 'reached from here' : 'not reached from here';
    return `Inner balancer of ${program === 'consul' ? 'Consul' : 'Nomad'}: ${address}:${port}, ${from}${well === 0 ? style.bad(health) : health}`;
  });
}

/** What could not be asked is unknown, which is not the same as none. */
function jobsText(jobs: ClusterReport['jobs'], { summary, silence }: Said, ui: Ui): string {
  const { style } = ui;
  if (jobs === undefined) return `Jobs: ${style.bad('unknown')}, Nomad ${silence}`;
  if (jobs.length === 0) return summary ?? 'No jobs.';
  // A namespace is worth a column as soon as one differs.
  const namespaces = jobs.some(({ namespace }) => namespace !== 'default');
  const list = formatTable(
    ['job', ...(namespaces ? ['namespace'] : []), 'type', 'status', 'running'],
    jobs.map((job) => [job.id, ...(namespaces ? [job.namespace] : []), job.type, job.status, runningWords(job)]),
    tableLook(ui),
  );
  return summary === undefined ? list : `${list}\n\n${summary}`;
}

function hostCell(state: string | undefined, style: Style): string {
  return state === 'Running' ? style.good(state) : style.bad(state ?? '-');
}

function agentCell(agent: AgentReport | undefined, style: Style): string {
  if (!agent) return style.dim('-');
  const memory = agent.residentBytes === undefined ? '' : ` ${Math.round(agent.residentBytes / 1024 / 1024)} MB`;
  return agent.state === 'running' ? `${style.good('running')}${style.dim(memory)}` : style.bad(agent.state);
}

function membersText({ consulMembers = [] }: ClusterReport): string {
  const alive = consulMembers.filter(({ status: state }) => state === 'alive').length;
  const others = consulMembers.filter(({ status: state }) => state !== 'alive').map((member) => `${member.name} ${member.status}`);
  return [`${alive} of ${consulMembers.length} alive in Consul`, ...others].join(', ');
}
