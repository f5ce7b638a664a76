import { isIn } from './place.js';
import type { BalancerPort } from './network-plan.js';
import type { Bridge } from './render-rules.js';
import type { RunCommand } from '../run-command.js';

/** Addresses of inner load balancers are this computer's: as one address each of the bridge of their subnet, besides the gateway's. */
export async function reconcileAddresses(
  balancers: readonly BalancerPort[],
  { bridges, run, signal }: { readonly bridges: readonly Bridge[]; readonly run: RunCommand; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const wanted = new Map(
    balancers.flatMap(({ address, inside }) => {
      const bridge = inside && bridges.find(({ vpc, cidr }) => vpc === inside.vpc && cidr === inside.cidr && isIn(cidr, address));
      return bridge ? [[address, bridge.name] as const] : [];
    }),
  );
  if (bridges.length === 0) return;
  const names = new Set(bridges.map(({ name }) => name));
  const present = addressesIn(await run('ip', ['-4', '-o', 'address', 'show'], { signal })).filter(({ device }) => names.has(device));
  for (const { address, device } of present)
    if (wanted.get(address) !== device) await run('ip', ['address', 'delete', `${address}/32`, 'dev', device], { signal });
  for (const [address, device] of wanted)
    if (!present.some((one) => one.address === address && one.device === device))
      await run('ip', ['address', 'add', `${address}/32`, 'dev', device], { signal });
}

/** Single addresses, with the devices that have them, in what `ip -4 -o address show` prints. */
export function addressesIn(text: string): { readonly address: string; readonly device: string }[] {
  return text.split('\n').flatMap((line) => {
    const [, device, address] = /^\d+:\s+(\S+)\s+inet ([\d.]+)\/32 /.exec(line) ?? [];
    return device === undefined || address === undefined ? [] : [{ device, address }];
  });
}
