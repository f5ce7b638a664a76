import { networkInterfaces } from 'node:os';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { askEngine } from '../../clients/docker/ask-engine.js';
import type { Finding } from '../../programs/doctor/finding.js';

/** Where an engine listens that speaks no TLS, by custom. */
const PLAIN_PORT = 2375;

/** That docker of this computer does what anybody asks who reaches its port. None where nobody answers there. */
export async function openDockerFinding(signal: AbortSignal): Promise<Finding[]> {
  for (const host of ['127.0.0.1', ...ownAddresses()]) {
    const answer = await askEngine({ host, port: PLAIN_PORT }, { signal });
    if (!('version' in answer)) continue;
    return [
      {
        id: 'docker-open',
        title: "Docker's API",
        found: `docker ${answer.version} answers everybody at ${host}:${PLAIN_PORT}: whoever reaches it is root here`,
        wanted: 'TLS, or its socket alone',
        ok: false,
        optional: true,
        faulty: true,
        fix: { command: nomadctl`docker tls create` },
      },
    ];
  }
  return [];
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all = []) =>
    all.flatMap(({ address, family, internal }) => (family === 'IPv4' && !internal ? [address] : [])),
  );
}
