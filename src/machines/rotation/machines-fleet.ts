import { X509Certificate } from 'node:crypto';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { HOST_CONFIGS, HOST_GOSSIP_KEYS, HOST_SECRETS, HOST_TLS } from '../../agents/config/host-files.js';
import { apiAddress, type ReachedCluster } from '../../cluster/reach.js';
import { agentsOf } from '../../cluster/node-roles.js';
import { certificateProblem, isMadeSince } from '../../security/authority/certificate-standing.js';
import { certificatesIn } from '../../security/authority/certificates-in.js';
import { writeLeafFiles } from '../../security/authority/leaf-files.js';
import type { Fleet, FleetAgent } from '../../security/rotation/fleet.js';
import { takesCertificates } from '../../security/rotation/takes-certificates.js';
import { certificateFile, certificateFor, CONFIG_CHECKS, hostNodes, namesOf, type HostsRequest, type NodeHost } from '../host-nodes.js';
import type { HostFile } from '../host-shell.js';
import { pemBlockIn } from '../pem-block.js';
import { needsTasksCertificate, newTasksCertificate, tasksCertificateFile } from '../tasks-certificate.js';
import { hasRead, makeNextKey, NEXT_CERTIFICATE, noteRead, readCertificate, reloadAgent, restartAgent, takeNext } from './agent-scripts.js';
import { hostShells } from './host-shells.js';

/** Of one script: a Nomad client waits for its Consul before it starts. */
const SCRIPT_MS = 6 * 60_000;

export interface FleetRequest extends HostsRequest, Pick<Fleet, 'pending'> {
  readonly reach: () => Promise<ReachedCluster>;
}

/** Agents of hosts were given their first token by a call: none has one in its memory. Nomad's connection to Consul reads its at a start. */
export function takesTokens({ program }: Pick<FleetAgent, 'program'>): boolean {
  return program === 'consul';
}

/**
 * The agents of a cluster whose nodes are hosts, over SSH. A host makes its own key, and what is secret goes by the connection's
 * input. Hosts are told at the end what they are told at their set-up, so one that loses it all comes back by `setUpHosts`.
 */
export function machinesFleet({ reach, pending, ...request }: FleetRequest): Fleet {
  const { cluster, hosts, ctx } = request;
  const shells = hostShells(request, SCRIPT_MS);
  const hostOf = ({ name }: { readonly name: string }): NodeHost => {
    const found = hosts.find((host) => host.name === name);
    if (!found) throw new Error(`${name} is no host of the cluster`);
    return found;
  };
  const run = (node: { readonly name: string }, what: string, script: string): Promise<string> =>
    shells.on(node.name, (shell) => shell.run(what, script));
  const write = async (wanted: (file: HostFile) => boolean, how?: { readonly alone: boolean }): Promise<void> => {
    const nodes = await hostNodes(request, how);
    await mapBounded(hosts, PROCESSES_AT_ONCE, (host) =>
      shells.on(host.name, async (shell) => {
        for (const file of nodes.files(host).filter(wanted)) await shell.put(file);
        const checks = agentsOf(host.role).map(({ program }) => CONFIG_CHECKS[program]);
        await shell.run('checking its configuration', checks.join('\n'));
      }),
    );
  };
  const look = async (node: { readonly name: string }): Promise<{ pem: string; fits: boolean }> => {
    const said = await run(node, 'reading its certificate', readCertificate());
    return { pem: certificatesIn(said).join(''), fits: said.endsWith('\nfits') };
  };
  return {
    reach,
    pending,
    writeSecrets: (how) =>
      write(({ path }) => isBelow(path, Object.values(HOST_SECRETS)) || Object.values(HOST_GOSSIP_KEYS).includes(path), how),
    writeAuthorities: () => write(({ path }) => path === HOST_TLS.authority || isBelow(path, Object.values(HOST_CONFIGS))),
    async isCertified(node, { authority, since }) {
      const host = hostOf(node);
      const { pem, fits } = await look(node);
      // What is kept here says for whom `up` has something to do.
      if (!fits || pem !== (await readIfThere(certificateFile(cluster.paths, host)))) return false;
      const wanted = { authority: authority.certificate, names: namesOf(host, cluster), now: ctx.clock.now() };
      if (certificateProblem(pem, wanted) !== undefined || certificatesIn(pem).slice(1).join('') !== authority.chain) return false;
      // Those of its tasks, and of whoever asks, went before its own.
      return isMadeSince(pem, since);
    },
    async certify(node, authority) {
      const host = hostOf(node);
      const file = { mode: '0644', owner: 'root:root' };
      const trusted = (await readIfThere(cluster.paths.ca, 'authority-unreadable')) ?? '';
      const how = { now: ctx.clock.now(), redact: ctx.redact };
      const { clientCertificates } = cluster.settings;
      // What is nobody's host goes with the first one.
      if (clientCertificates && host === hosts[0])
        await writeLeafFiles({ asker: 'operator' }, cluster.paths.operator, { authority, ...how });
      const tasks =
        clientCertificates && needsTasksCertificate(host) ? await newTasksCertificate(host, { issuing: authority, ...how }) : undefined;
      await shells.on(node.name, async (shell) => {
        await shell.put({ ...file, path: HOST_TLS.authority, content: trusted });
        for (const own of tasks?.files ?? []) await shell.put(own);
        if (tasks) await writeFileAtomic(tasksCertificateFile(cluster.paths, host), tasks.certificate);
        const said = await shell.run('making a key', makeNextKey(node.name));
        const asked = pemBlockIn(said, 'CERTIFICATE REQUEST');
        if (asked === undefined) throw new Error(`${node.name} sent no request for a certificate: ${said}`);
        const by = { issuing: authority, names: namesOf(host, cluster), now: ctx.clock.now() };
        const signed = await certificateFor(host, asked, by);
        await shell.put({ ...file, path: NEXT_CERTIFICATE, content: signed });
        await shell.run('taking its certificate', takeNext());
        await writeFileAtomic(certificateFile(cluster.paths, host), signed);
      });
    },
    fingerprint: async (node) => new X509Certificate((await look(node)).pem).fingerprint256,
    isCurrent: async ({ node, program }) => (await run(node, 'looking at its files', hasRead(program))) === 'read',
    async reload({ node, program }) {
      await run(node, `having ${program} read its files`, reloadAgent(program, CONFIG_CHECKS[program], apiAddress(node, program)));
    },
    takesCertificates: (agent) => takesCertificates(agent, cluster.settings),
    takesTokens,
    async settle({ node, program }) {
      await run(node, 'noting what was read', noteRead(program));
    },
    async restart({ node, program }) {
      await run(node, `restarting ${program}`, restartAgent(program, CONFIG_CHECKS[program], apiAddress(node, program)));
    },
    close: () => shells.close(),
  };
}

function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}
