import type { AgentPorts } from '../../cluster/agent-ports.js';
import type { HostRole } from '../../cluster/cluster-host.js';

/** Those that Nomad gives to tasks: its `min_dynamic_port` and `max_dynamic_port`. */
const DYNAMIC_PORTS = '20000-32000';

/**
 * Ports, or ranges of them, that `allowIp` reaches over the public address of a host; all others are closed, to everybody.
 * UCloud's firewall is asked for what comes from the internet alone, https://docs.ucloud.cn/unet/firewall/guide: within a VPC
 * and between peers a host's own guard says who reaches it (machines/port-guard.ts).
 */
export function openPorts(
  { consulHttp, nomadHttp }: Pick<AgentPorts, 'consulHttp' | 'nomadHttp'>,
  { openDynamicPorts }: { readonly openDynamicPorts: boolean },
): Readonly<Record<HostRole, readonly string[]>> {
  return {
    'consul-server': [SSH, String(consulHttp)],
    'nomad-server': [SSH, String(nomadHttp)],
    client: [SSH, ...(openDynamicPorts ? [DYNAMIC_PORTS] : [])],
  };
}

const SSH = '22';
