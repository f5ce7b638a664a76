import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { livingServer } from '../../cluster/answering-server.js';
import { portsOfHosts, reachHosts } from '../../cluster/cluster-host.js';
import { isAnswering } from '../../clients/probe/is-listening.js';
import { openDoors } from '../../machines/jump/open-doors.js';
import { sshPathsOf } from '../../machines/ssh-key.js';
import { isSecured } from '../../ucloud/security/profile.js';
import { publicRoles } from '../../ucloud/settings/wanted-hosts.js';
import { defineStep, type UcloudContext } from '../../ucloud/ucloud-subject.js';

/** Before servers that are there lose their public addresses: whoever took the only way in away could not give it back. */
export const checkJumpHostStep = defineStep({
  id: 'check-jump-host',
  title: 'Trying the way in',
  hideWhenDone: true,
  async isDone(at) {
    const problem = await wayProblem(at);
    return problem === undefined ? { done: true } : { done: false, because: problem.message };
  },
  async run(at) {
    const problem = await wayProblem(at);
    if (problem) throw problem;
    return {};
  },
});

/** Asks the servers as they will be reached when they have no public address any more. */
async function wayProblem(at: UcloudContext): Promise<OutcomeError | undefined> {
  const { cluster, signal } = at;
  const open = publicRoles(cluster.settings);
  const before = at.state.hosts ?? [];
  const losing = before.filter(({ role, publicIp }) => publicIp !== undefined && !(role === 'client' ? open.clients : open.servers));
  // Those that never had one were reached by this way when they were made.
  if (losing.length === 0) return undefined;
  const hosts = before.map((host) => (losing.includes(host) ? withoutPublic(host) : host));
  const ports = portsOfHosts(isSecured(cluster.paths));
  try {
    const doors = await openDoors({ hosts, ports, paths: sshPathsOf(cluster.paths, cluster.settings), ctx: at });
    const reached = reachHosts(hosts, {}, { ports, doors });
    const consul = await livingServer(reached, 'consul', signal);
    if (!consul || (await isAnswering(reached.endpoint(consul, 'consul'), signal))) return undefined;
    return new OutcomeError(`no Consul server would be reached in mode ${cluster.settings.mode}`, {
      code: 'way-in-closed',
      why: `asked at ${reached.endpoint(consul, 'consul').url}, for ${consul.address}: hosts let in their own networks, and ranges that were in allowIp when they were made`,
      next: nomadctl`config set jumpHost <user@host> --cluster ${cluster.name}`,
    });
  } catch (error) {
    if (error instanceof OutcomeError) return error;
    throw error;
  }
}

function withoutPublic<Host extends { readonly publicIp?: string }>({ publicIp: _, ...host }: Host): Omit<Host, 'publicIp'> {
  return host;
}
