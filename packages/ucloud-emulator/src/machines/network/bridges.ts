import { setTimeout } from 'node:timers/promises';
import { parseCidr, toIp } from '@nomadctl/base/ipv4';
import { EngineError, type DockerEngine } from '../engine.js';
import { INSTANCE_LABEL, type Names } from './names.js';
import type { Place } from './place.js';
import type { Bridge } from './render-rules.js';

/** The docker networks of one emulator. */
export interface Bridges {
  list(signal?: AbortSignal): Promise<readonly Bridge[]>;
  /** @throws EngineError when the engine refuses, such as for a range that it has given to another network. */
  make(vpc: string, cidr: string): Promise<Bridge>;
  /** Answers false when something still is in it. */
  remove(bridge: Bridge): Promise<boolean>;
}

interface Listed {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>>;
}

const VPC_LABEL = `${INSTANCE_LABEL}.vpc`;
const CIDR_LABEL = `${INSTANCE_LABEL}.cidr`;
const TRIES = 3;
const PAUSE_MS = 200;

export function openBridges(names: Names, engine: DockerEngine): Bridges {
  const bridge = (vpc: string, cidr: string): Bridge => ({ vpc, cidr, name: names.bridge(vpc, cidr) });
  return {
    async list(signal) {
      const found = await listNetworks(engine, `${INSTANCE_LABEL}=${names.instance}`, signal);
      return found.map(({ Labels }) => bridge(Labels[VPC_LABEL] ?? '', Labels[CIDR_LABEL] ?? ''));
    },
    async make(vpc, cidr) {
      for (let tries = 1; ; tries++) {
        try {
          await engine.call({ method: 'POST', path: '/networks/create', body: networkBody(names, { vpc, cidr }) });
          return bridge(vpc, cidr);
        } catch (error) {
          // What a process of this instance had asked for before it was killed may still be in the making.
          if (await isThere(engine, names.network(vpc, cidr))) return bridge(vpc, cidr);
          if (tries === TRIES) throw error;
          await setTimeout(PAUSE_MS);
        }
      }
    },
    async remove({ vpc, cidr }) {
      try {
        await engine.call({ method: 'DELETE', path: `/networks/${names.network(vpc, cidr)}` });
        return true;
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        if (error.status === 404) return true;
        // 403: hosts are in it. They are on their way out, and the next call tries again.
        if (error.status === 403) return false;
        throw error;
      }
    },
  };
}

function networkBody(names: Names, { vpc, cidr }: Place): object {
  return {
    Name: names.network(vpc, cidr),
    // Two processes of one instance must not both make it.
    CheckDuplicate: true,
    Driver: 'bridge',
    IPAM: { Config: [{ Subnet: cidr, Gateway: gatewayOf(cidr) }] },
    Options: {
      'com.docker.network.bridge.name': names.bridge(vpc, cidr),
      // From docker 28 on peers would be kept out before our rules are asked; older ones do not know the option.
      'com.docker.network.bridge.gateway_mode_ipv4': 'nat-unprotected',
    },
    Labels: { ...names.labels, [VPC_LABEL]: vpc, [CIDR_LABEL]: cidr },
  };
}

async function isThere(engine: DockerEngine, network: string): Promise<boolean> {
  return engine.call({ path: `/networks/${network}` }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof EngineError && error.status === 404) return false;
      throw error;
    },
  );
}

async function listNetworks(engine: DockerEngine, label: string, signal?: AbortSignal): Promise<readonly Listed[]> {
  return engine.call<Listed[]>({ path: '/networks', query: { filters: { label: [label] } }, signal });
}

/** The subnet's first address, as DescribeSubnet says. */
function gatewayOf(cidr: string): string {
  return toIp((parseCidr(cidr)?.base ?? 0) + 1);
}
