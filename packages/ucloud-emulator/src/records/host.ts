import type { Changing, Charged, Resource } from './resource.js';

export type HostState = 'Initializing' | 'Starting' | 'Running' | 'Stopping' | 'Stopped' | 'Rebooting' | 'Install Fail' | 'ResizeFail';

export interface Host extends Resource, Charged, Changing<Host> {
  readonly zone: string;
  readonly state: HostState;
  readonly bootDiskState: 'Initializing' | 'Normal';
  readonly machineType: string;
  readonly cpuPlatform: string;
  readonly cpu: number;
  readonly memory: number;
  readonly image: HostImage;
  readonly vpc: string;
  readonly subnet: string;
  readonly ip: string;
  readonly mac: string;
  /** Of its first network interface, besides its own. */
  readonly secondaryIps?: readonly string[];
  /** Absent: Normal. */
  readonly netCapability?: string;
  readonly firewall: string;
  readonly isolationGroup: string;
  readonly localDisks: readonly LocalDisk[];
  readonly keyPair: string;
  /** Base64, as it came. */
  readonly userData: string;
  /** Only where hosts run. */
  readonly machine?: HostMachine;
}

/** What the machine that a host is on this computer is made by, and what went wrong with it. */
export interface HostMachine {
  /** Counts installations: a machine of an earlier one is made anew. */
  readonly installs: number;
  /** As in /etc/shadow; empty: as the image has it. */
  readonly passwordHash: string;
  /** A line of authorized_keys, or empty. */
  readonly publicKey: string;
  /** It is not shut down, its power is cut. */
  readonly cutPower: boolean;
  readonly failure?: string | undefined;
}

/** What a host keeps of the image that it was made from. */
export interface HostImage {
  readonly id: string;
  /** The base image at the root of custom ones. */
  readonly baseId: string;
  readonly baseName: string;
  readonly osType: string;
  readonly osName: string;
  readonly cloudInit: boolean;
}

export interface LocalDisk {
  readonly id: string;
  readonly type: string;
  readonly size: number;
  readonly isBoot: boolean;
}

export type IsolationGroup = Resource;

export interface KeyPair extends Resource {
  readonly fingerprint: string;
  readonly publicKey: string;
}
