import { join } from 'node:path';
import type { Context } from '../context.js';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { makeFolder } from '@nomadctl/base/make-folder';
import { FILES_AT_ONCE, mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { hostConfigs, type AgentHost } from '../agents/config/host-configs.js';
import { FIRST_BOOT_DONE, HOST_CONFIGS, HOST_GROUP, HOST_SECRETS, HOST_TLS } from '../agents/config/host-files.js';
import { dropInOf, securedHostFiles, securedHostFolders } from '../agents/config/secured-host-files.js';
import type { ClusterHost } from '../cluster/cluster-host.js';
import { PROGRAMS } from '../cluster/cluster-node.js';
import { agentsOf, isServerOf, type AgentProgram } from '../cluster/node-roles.js';
import { certificateProblem } from '../security/authority/certificate-standing.js';
import { certifiedNames, type CertifiedNames } from '../security/authority/certified-names.js';
import { ensureClusterSecrets, type ClusterSecrets } from '../security/cluster-secrets.js';
import { mayPass } from './connection-failure.js';
import { firstTokens, type FirstTokens } from './first-tokens.js';
import { openHostShell } from './host-shell.js';
import { setUpNode, type NodeSetup } from './set-up-node.js';
import { writeFirstContactConfig } from './ssh-config.js';
import { sshPathsOf } from './ssh-key.js';

export type NodeHost = ClusterHost & Pick<AgentHost, 'zone'> & { readonly class?: string };

export interface HostsSetup {
  readonly cluster: {
    readonly paths: Pick<ClusterPaths, 'dir' | 'ca' | 'secrets'>;
    readonly settings: { readonly datacenter: string };
  };
  /** All hosts of the cluster. */
  readonly hosts: readonly NodeHost[];
  readonly ctx: Pick<Context, 'exec' | 'clock' | 'signal' | 'redact'>;
}

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
}: HostsSetup & { readonly apart: readonly string[] }): Promise<HostToSetUp[]> {
  const authority = (await readIfThere(cluster.paths.ca, 'authority-unreadable')) ?? '';
  const looks = await mapBounded(hosts, FILES_AT_ONCE, async (host) => {
    if (apart.includes(host.name)) return [];
    const certificate = await readIfThere(certificateFile(cluster.paths, host));
    if (certificate === undefined) return [{ host, because: 'is new' }];
    const problem = certificateProblem(certificate, { authority, names: namesOf(host, cluster), now: ctx.clock.now() });
    return problem === undefined ? [] : [{ host, because: `needs another certificate: ${problem}` }];
  });
  return looks.flat();
}

/** Where the certificate of a host is kept that has been set up, by its id: a host of the same name may take its place. */
export function certificateFile({ dir }: Pick<ClusterPaths, 'dir'>, { id }: Pick<ClusterHost, 'id'>): string {
  return join(dir, 'hosts', `${id}.pem`);
}

/** One connection carries all that a host needs. A host boots meanwhile: machines of some types take minutes. */
const PATIENCE_MS = 10 * 60_000;
const PAUSE_MS = 500;
/** Of one script: it waits for the first boot to end. */
const SCRIPT_MS = 6 * 60_000;

/**
 * Makes hosts nodes of a secured cluster, side by side, by one SSH connection each: `setUpNode`. With the first of them the key
 * that a host shows is kept under its id; any other is refused from then on.
 * @param line told of what is waited for
 * @throws OutcomeError `host-key-changed`, `host-script-failed`, and `host-silent` or `host-refused` when patience has run out
 */
export async function setUpHosts(
  request: HostsSetup & { readonly wanted: readonly NodeHost[]; readonly line: (text: string) => void },
): Promise<void> {
  const { cluster, hosts, wanted, ctx, line } = request;
  const names = hosts.map(({ name }) => name);
  const secrets = await ensureClusterSecrets({ paths: cluster.paths, redact: ctx.redact }, names);
  const authority = (await readIfThere(cluster.paths.ca, 'authority-unreadable')) ?? '';
  const configs = hostConfigs(
    hosts.map((host) => ({ ...host, class: host.class ?? '' })),
    { datacenter: cluster.settings.datacenter, authority },
  );
  const config = await writeFirstContactConfig(hosts, sshPathsOf(cluster.paths));
  await makeFolder(join(cluster.paths.dir, 'hosts'));
  const left = new Set(wanted.map(({ name }) => name));
  const told = (): void => line(left.size === 0 ? 'all are set up' : `to be set up: ${[...left].join(', ')}`);
  told();
  const tokens = firstTokens(await dueTokens(request), ctx);
  const setUp = async (host: NodeHost): Promise<void> => {
    const setup = setupOf(host, { cluster, hosts, secrets, authority, tokens, configs: configs.get(host.name) ?? {}, ctx });
    const certificate = await untilAnswered(ctx, async () => {
      const shell = await openHostShell({ name: host.name, config, ctx, timeoutMs: SCRIPT_MS });
      return setUpNode(shell, setup).finally(() => shell.close());
    });
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
async function dueTokens({ cluster, hosts, wanted }: HostsSetup & { readonly wanted: readonly NodeHost[] }): Promise<AgentProgram[]> {
  const done = await mapBounded(hosts, FILES_AT_ONCE, async (host) =>
    (await readIfThere(certificateFile(cluster.paths, host))) === undefined ? [] : [host],
  );
  const serves = (program: AgentProgram, among: readonly NodeHost[]): boolean => among.some(({ role }) => isServerOf(role, program));
  return PROGRAMS.filter((program) => serves(program, wanted) && !serves(program, done.flat()));
}

async function untilAnswered<Result>({ clock, signal }: HostsSetup['ctx'], attempt: () => Promise<Result>): Promise<Result> {
  const deadline = clock.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!mayPass(error) || clock.now() > deadline) throw error;
    }
    await clock.sleep(PAUSE_MS, signal);
  }
}

interface Surroundings extends HostsSetup {
  readonly secrets: ClusterSecrets;
  readonly authority: string;
  readonly tokens: FirstTokens;
  readonly configs: Readonly<Partial<Record<AgentProgram, string>>>;
}

const CHECKS: Readonly<Record<AgentProgram, string>> = {
  consul: `/usr/local/bin/consul validate ${HOST_CONFIGS.consul} ${HOST_SECRETS.consul}`,
  nomad: `/usr/local/bin/nomad config validate ${HOST_CONFIGS.nomad} ${HOST_SECRETS.nomad}`,
};

function setupOf(host: NodeHost, { cluster, hosts, secrets, authority, tokens, configs, ctx }: Surroundings): NodeSetup {
  const { name, role } = host;
  const own = secrets.nodes.get(name);
  if (!own) throw new Error(`no tokens were chosen for ${name}`);
  const nomadServers = hosts.filter((one) => isServerOf(one.role, 'nomad')).map(({ privateIp }) => privateIp);
  return {
    name,
    firstBootDone: FIRST_BOOT_DONE,
    group: HOST_GROUP,
    certificate: { path: HOST_TLS.certificate, key: HOST_TLS.key },
    folders: securedHostFolders(role),
    files: securedHostFiles({ role, configs, authority, common: secrets, own, nomadServers }),
    agents: agentsOf(role).map(({ program }) => ({ program, check: CHECKS[program], securedBy: dropInOf(program) })),
    firstTokens: tokens,
    serves: PROGRAMS.filter((program) => isServerOf(role, program)).map((program) => ({
      program,
      management: secrets.management[program],
    })),
    async certify(request, current) {
      const [names, now] = [namesOf(host, cluster), ctx.clock.now()];
      if (current !== undefined && certificateProblem(current, { authority, names, now }) === undefined) return current;
      const { issueForRequest } = await import('../security/authority/issue.js');
      return issueForRequest({ key: secrets.authorityKey, certificate: authority }, request, { name, names, now });
    },
  };
}

function namesOf({ name, role, privateIp, publicIp }: NodeHost, { settings }: HostsSetup['cluster']): CertifiedNames {
  const addresses = publicIp === undefined ? [privateIp] : [privateIp, publicIp];
  return certifiedNames({ name, role, datacenter: settings.datacenter, addresses });
}
