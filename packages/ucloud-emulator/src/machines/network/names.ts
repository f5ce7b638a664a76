import { createHash } from 'node:crypto';

/** Names of what an emulator makes on a computer that it shares with others. */
export interface Names {
  readonly instance: string;
  /** Networks carry it, so that they are found again. */
  readonly labels: Readonly<Record<string, string>>;
  /** Stands with each hook into a chain of the system, for whoever lists the rules. */
  readonly comment: string;
  /** At most 28 characters. */
  chain(part: string): string;
  /** At most 15 characters (IFNAMSIZ). */
  bridge(vpc: string, cidr: string): string;
  isOurBridge(name: string): boolean;
  network(vpc: string, cidr: string): string;
}

/** Docker's advice for labels: https://docs.docker.com/engine/manage-resources/labels/ */
export const INSTANCE_LABEL = 'nomadctl.emulator';

export function namesFor(instance: string): Names {
  const short = digest(instance, 6);
  return {
    instance,
    labels: { [INSTANCE_LABEL]: instance },
    comment: `nomadctl emulator ${instance}`,
    chain: (part) => `NCE-${short}-${part}`,
    bridge: (vpc, cidr) => `nce${short}${digest(`${vpc} ${cidr}`, 6)}`,
    isOurBridge: (name) => name.startsWith(`nce${short}`),
    network: (vpc, cidr) => `nomadctl-emulator-${instance}-${vpc}-${cidr.replace('/', '-')}`,
  };
}

function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
