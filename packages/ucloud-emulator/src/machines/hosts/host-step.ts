import type { Host } from '../../records/host.js';
import type { BaseImages } from '../base/base-images.js';
import type { LoopDevices } from '../disks/loop-devices.js';
import type { SnapshotFiles } from '../disks/snapshot-files.js';
import type { DockerEngine } from '../engine.js';
import type { EngineNames } from '../names.js';
import type { Network } from '../network/network-plan.js';
import type { StoreView } from '../store-view.js';
import type { HostContainer } from './container.js';

/** What it takes to make a host what the store says. */
export interface HostParts {
  readonly view: StoreView;
  readonly engine: DockerEngine;
  readonly names: EngineNames;
  readonly network: Network;
  readonly base: BaseImages;
  readonly loops: LoopDevices;
  readonly snapshots: SnapshotFiles;
  /** For /etc/resolv.conf of hosts; empty: the engine's own. */
  readonly resolvConf: string;
  /** Remembers why something is not as it should be, or that it is again. */
  readonly note: (id: string, problem: string | undefined) => void;
}

/** One step of a host on its way to what the store says. */
export interface HostStep extends HostParts {
  readonly host: Host;
  readonly container: HostContainer;
  /** Aborts when the host shall be something else by now. */
  readonly signal: AbortSignal;
}
