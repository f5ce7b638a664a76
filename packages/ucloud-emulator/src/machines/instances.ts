import { hostname } from 'node:os';
import { identify, isAlive } from '@nomadctl/base/process-identity';
import { absent } from './engine-failures.js';
import type { DockerEngine } from './engine.js';
import { engineNames, INSTANCE_LABEL, type EngineNames } from './names.js';

const FOLDER = `${INSTANCE_LABEL}.folder`;
const DATA = `${INSTANCE_LABEL}.data`;
const PID = `${INSTANCE_LABEL}.pid`;
const STARTED = `${INSTANCE_LABEL}.started`;
const COMPUTER = `${INSTANCE_LABEL}.computer`;

/** An emulator that has, or had, something on the engine. */
export interface MarkedInstance {
  readonly instance: string;
  /** Of its disks. */
  readonly folder: string;
  /** Absent: nothing outlives its process. */
  readonly dataDir: string | undefined;
  /** Its process runs. Of one with a data folder that may be a later one: the folder's lock tells. */
  readonly isAlive: boolean;
}

/** A volume that marks an emulator on the engine. It is created first and removed last, so that a killed emulator is found. */
export interface Mark {
  set(): Promise<void>;
  remove(): Promise<void>;
}

export function markOf(
  names: EngineNames,
  engine: DockerEngine,
  { dataDir = '', folder }: { readonly dataDir: string | undefined; readonly folder: string },
): Mark {
  const { pid = 0, started = '' } = identify(process.pid) ?? {};
  const labels = { ...names.labels, [FOLDER]: folder, [DATA]: dataDir, [PID]: String(pid), [STARTED]: started, [COMPUTER]: hostname() };
  let isSet: boolean | undefined;
  return {
    async set() {
      if (isSet !== true) await engine.call({ method: 'POST', path: '/volumes/create', body: { Name: names.mark, Labels: labels } });
      isSet = true;
    },
    async remove() {
      if (isSet !== false) await engine.call({ method: 'DELETE', path: `/volumes/${names.mark}` }).catch(absent);
      isSet = false;
    },
  };
}

export async function listInstances(engine: DockerEngine): Promise<readonly MarkedInstance[]> {
  const { Volumes } = await engine.call<{ Volumes: { Name: string; Labels: Record<string, string> | null }[] | null }>({
    path: '/volumes',
    query: { filters: { label: [INSTANCE_LABEL] } },
  });
  return (Volumes ?? []).flatMap(({ Name, Labels }) => {
    const instance = Labels?.[INSTANCE_LABEL] ?? '';
    if (!Labels || Name !== engineNames(instance).mark) return [];
    // Of other computers that use the engine nothing is known.
    const isElsewhere = Labels[COMPUTER] !== hostname();
    const process = { pid: Number(Labels[PID]), started: Labels[STARTED] ?? '' };
    return [{ instance, folder: Labels[FOLDER] ?? '', dataDir: Labels[DATA] || undefined, isAlive: isElsewhere || isAlive(process) }];
  });
}
