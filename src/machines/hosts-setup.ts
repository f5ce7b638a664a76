import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { makeFolder } from '@nomadctl/base/make-folder';
import { FILES_AT_ONCE, mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { FIRST_BOOT_DONE, HOST_GROUP, HOST_TLS } from '../agents/config/host-files.js';
import { dropInOf, securedHostFolders } from '../agents/config/secured-host-files.js';
import { PROGRAMS } from '../cluster/cluster-node.js';
import { agentsOf, isServerOf, type AgentProgram } from '../cluster/node-roles.js';
import { certificateProblem } from '../security/authority/certificate-standing.js';
import { keptAuthority } from '../security/authority/kept-authority.js';
import { firstTokens } from './first-tokens.js';
import { certificateFile, CONFIG_CHECKS, hostNodes, namesOf, type HostNodes, type HostsRequest, type NodeHost } from './host-nodes.js';
import { openHostShell } from './host-shell.js';
import { setUpNode, type NodeSetup } from './set-up-node.js';
import { writeFirstContactConfig } from './ssh-config.js';
import { sshPathsOf } from './ssh-key.js';
import { needsTasksCertificate, tasksCertificateFile, tasksCertificateProblem, type TasksCertificate } from './tasks-certificate.js';
import { untilAnswered } from './until-answered.js';

/** A host that is not set up, and why. */
export interface HostToSetUp {
  readonly host: NodeHost;
  readonly because: string;
}

/**
 * Hosts that have not been set up, or whose certificate will not do. Goes by what is kept here, and asks none of them.
 * @param apart names of those that do not matter
 */
export async function hostsToSetUp({
  cluster,
  hosts,
  apart,
  ctx,
}: HostsRequest & { readonly apart: readonly string[] }): Promise<HostToSetUp[]> {
  const authority = (await keptAuthority({ paths: cluster.paths, redact: ctx.redact }))?.certificate ?? '';
  const looks = await mapBounded(hosts, FILES_AT_ONCE, async (host) => {
    if (apart.includes(host.name)) return [];
    const certificate = await readIfThere(certificateFile(cluster.paths, host));
    if (certificate === undefined) return [{ host, because: 'is new' }];
    const now = ctx.clock.now();
    const problem =
      certificateProblem(certificate, { authority, names: namesOf(host, cluster), now }) ??
      (cluster.settings.clientCertificates && needsTasksCertificate(host)
        ? await tasksCertificateProblem(host, cluster.paths, { authority, now })
        : undefined);
    return problem === undefined ? [] : [{ host, because: `needs another certificate: ${problem}` }];
  });
  return looks.flat();
}

/** One connection carries all that a host needs. Of one script: it waits for the first boot to end. */
const SCRIPT_MS = 6 * 60_000;

/**
 * Makes hosts nodes of a secured cluster, side by side, by one SSH connection each: `setUpNode`. With the first of them the key
 * that a host shows is kept under its id; any other is refused from then on.
 * @param line told of what is waited for
 * @throws OutcomeError `host-key-changed`, `host-script-failed`, and `host-silent` or `host-refused` when patience has run out
 */
export async function setUpHosts(
  request: HostsRequest & { readonly wanted: readonly NodeHost[]; readonly line: (text: string) => void },
): Promise<void> {
  const { cluster, hosts, wanted, ctx, line } = request;
  const nodes = await hostNodes(request);
  const config = await writeFirstContactConfig(hosts, sshPathsOf(cluster.paths, cluster.settings));
  await makeFolder(join(cluster.paths.dir, 'hosts'));
  const left = new Set(wanted.map(({ name }) => name));
  const told = (): void => line(left.size === 0 ? 'all are set up' : `to be set up: ${[...left].join(', ')}`);
  told();
  const tokens = firstTokens(await dueTokens(request), ctx);
  const setUp = async (host: NodeHost): Promise<void> => {
    const tasks = await nodes.tasks(host);
    const setup = setupOf(host, { nodes, tasks, firstTokens: tokens });
    const certificate = await untilAnswered(ctx, async () => {
      const shell = await openHostShell({ name: host.name, config, ctx, timeoutMs: SCRIPT_MS });
      return setUpNode(shell, setup).finally(() => shell.close());
    });
    if (tasks) await writeFileAtomic(tasksCertificateFile(cluster.paths, host), tasks.certificate);
    await writeFileAtomic(certificateFile(cluster.paths, host), certificate);
    left.delete(host.name);
    told();
  };
  // When one fails, the others are not left half-way.
  const failures: unknown[] = [];
  const keepFailure = (host: NodeHost, error: unknown): void => {
    failures.push(error);
    if (tokens.due.some((program) => isServerOf(host.role, program))) tokens.failed(error);
  };
  // Servers first, for whom the others wait: there is a place for all of them.
  const [servers, others] = [wanted.filter(isServer), wanted.filter((host) => !isServer(host))];
  await mapBounded([...servers, ...others], PROCESSES_AT_ONCE, (host) => setUp(host).catch((error: unknown) => keepFailure(host, error)));
  if (failures.length > 0) throw failures[0];
}

function isServer({ role }: NodeHost): boolean {
  return PROGRAMS.some((program) => isServerOf(role, program));
}

/** A server that has its certificate here was set up to the end, with the first token of its program made. */
async function dueTokens({ cluster, hosts, wanted }: HostsRequest & { readonly wanted: readonly NodeHost[] }): Promise<AgentProgram[]> {
  const done = await mapBounded(hosts, FILES_AT_ONCE, async (host) =>
    (await readIfThere(certificateFile(cluster.paths, host))) === undefined ? [] : [host],
  );
  const serves = (program: AgentProgram, among: readonly NodeHost[]): boolean => among.some(({ role }) => isServerOf(role, program));
  return PROGRAMS.filter((program) => serves(program, wanted) && !serves(program, done.flat()));
}

interface SetupParts extends Pick<NodeSetup, 'firstTokens'> {
  readonly nodes: HostNodes;
  readonly tasks: TasksCertificate | undefined;
}

function setupOf(host: NodeHost, { nodes, tasks, firstTokens }: SetupParts): NodeSetup {
  // Nomad's connection to Consul goes on with what it showed first.
  const readsAtStart = { consul: [], nomad: tasks?.files.map(({ path }) => path) ?? [] };
  return {
    name: host.name,
    firstBootDone: FIRST_BOOT_DONE,
    group: HOST_GROUP,
    certificate: { path: HOST_TLS.certificate, key: HOST_TLS.key },
    folders: securedHostFolders(host.role),
    files: [...nodes.files(host), ...(tasks?.files ?? [])],
    agents: agentsOf(host.role).map(({ program }) => ({
      program,
      check: CONFIG_CHECKS[program],
      securedBy: dropInOf(program),
      readsAtStart: readsAtStart[program],
    })),
    firstTokens,
    serves: PROGRAMS.filter((program) => isServerOf(host.role, program)).map((program) => ({
      program,
      management: nodes.management[program],
    })),
    certify: (request, current) => nodes.certify(host, request, current),
  };
}
