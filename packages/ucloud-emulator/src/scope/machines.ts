import type { Network } from '@nomadctl/base/ipv4';

/**
 * What hosts are on this computer. The store says what shall be; machines follow it, and tell it what became of them:
 * a host runs in the cloud when it runs here.
 */
export interface Machines {
  readonly driver: 'none' | 'docker';
  /** Public addresses that lead to hosts; absent: the cloud's own, which lead nowhere. */
  readonly publicPool: Network | undefined;
  readonly limits: MachineLimits;
  /** Something was written: what follows is done in the background. */
  wake(): void;
  /** What there is, and what went wrong, for people. */
  status(): object;
  /** Ends what ends with the emulator. May be called again. */
  close(): Promise<void>;
}

/** Why this computer can not do what the cloud could; undefined when it can. Answers at once: requests ask. */
export interface MachineLimits {
  /** False: hosts are records, and their states follow the cloud's clock. */
  readonly real: boolean;
  image(osName: string): string | undefined;
  subnet(vpc: string, cidr: string): string | undefined;
  dataDisks(): string | undefined;
  /** Whether a backend of a load balancer passed its last health check; undefined where nobody checks it. */
  isWell(backend: string): boolean | undefined;
}

export const noMachines: Machines = {
  driver: 'none',
  publicPool: undefined,
  limits: { real: false, image: () => undefined, subnet: () => undefined, dataDisks: () => undefined, isWell: () => undefined },
  wake: () => undefined,
  status: () => ({ driver: 'none' }),
  close: async () => undefined,
};
