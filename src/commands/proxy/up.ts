import { PrerequisiteError, UsageError } from '@nomadctl/base/errors';
import { again, asRoot, hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { ClusterConnection } from '../../cluster/connection.js';
import { findProgram } from '../../programs/find-program.js';
import type { ProxyBackend } from '../../proxy/haproxy-config.js';
import { readLegs, type ProxyLeg } from '../../proxy/proxy-legs.js';
import { startProxy } from '../../proxy/proxy-process.js';
import { openCluster } from '../../targets/open-cluster.js';
import type { Command } from '../command.js';

export const command: Command = {
  flags: [
    {
      flag: '--leg <card>',
      summary: 'card of this computer whose network is served, such as eth1; eth2=nomad leads to one API alone; may be repeated',
      repeatable: true,
    },
  ],
  examples: ['nomadctl proxy up --leg eth1', 'nomadctl proxy up --leg eth1 --leg eth2=nomad'],
  about: [
    "Runs haproxy on this computer, which has to reach the cluster's servers and to be in the networks that it serves. Each leg is bound to its card:",
    'whoever comes by another one is refused, whatever address he asks. What goes through is not opened. Servers that know no leader are left out.',
    'The same command again takes other servers or legs on, and cuts nothing.',
  ].join(' '),
  async run(input, ctx) {
    const asked = input.flags['leg'];
    if (!Array.isArray(asked) || asked.length === 0)
      throw new UsageError('a proxy needs a leg', {
        code: 'leg-missing',
        why: 'it serves the networks that are named, and no other',
        next: again({ leg: ['<card>'] }),
      });
    const legs = readLegs(asked as readonly string[]);
    const { name, cluster, connection } = await openCluster(ctx);
    const { servers } = await connection();
    if (process.getuid?.() !== 0)
      throw new PrerequisiteError('a proxy is started by root', {
        code: 'proxy-root',
        why: 'an address alone keeps nobody out, and only root may bind to a card',
        next: hint`the same command as root`,
      });
    const program = await findProgram(ctx, 'haproxy');
    if (program === undefined)
      throw new PrerequisiteError('haproxy was not found', {
        code: 'tool-missing',
        why: 'it is what the proxy is made of',
        next: asRoot`apt-get install haproxy`,
      });
    const datacenter = String((cluster.settings as { readonly datacenter?: unknown }).datacenter);
    const backends = [
      backendOf('consul', servers.consul, `server.${datacenter}.consul`),
      backendOf('nomad', servers.nomad, 'server.global.nomad'),
    ];
    const reloaded = await startProxy({ dir: cluster.paths.dir, program, ctx }, { legs, backends });
    const listens = addressesOf(legs, backends);
    return {
      data: { cluster: name, reloaded, listens },
      text: [
        `${reloaded ? 'The proxy took it on' : 'The proxy runs'}:`,
        ...listens.map(({ program: api, address, card }) => `  ${api} at ${address}, on ${card}`),
      ].join('\n'),
      next: nomadctl`proxy status`,
    };
  },
};

function backendOf(program: ProxyBackend['program'], endpoints: ClusterConnection['servers']['consul'], name: string): ProxyBackend {
  const [first] = endpoints;
  if (first?.identity) {
    throw new UsageError('a proxy cannot look after agents that ask for a certificate', {
      code: 'proxy-certificates',
      why: 'the cluster has clientCertificates, and whoever asks them for their leader would have to have one',
      next: nomadctl`ui`,
    });
  }
  const at = endpoints.map(({ url }) => new URL(url));
  return {
    program,
    port: Number(at[0]?.port),
    servers: at.map(({ hostname, port }) => `${hostname}:${port}`),
    ...(first?.ca ? { tls: { ca: first.ca.file, name } } : {}),
  };
}

function addressesOf(legs: readonly ProxyLeg[], backends: readonly ProxyBackend[]): { program: string; address: string; card: string }[] {
  return legs.flatMap(({ card, address, programs }) =>
    backends
      .filter(({ program }) => programs.includes(program))
      .map(({ program, port, tls }) => ({ program, address: `${tls ? 'https' : 'http'}://${address}:${port}`, card })),
  );
}
