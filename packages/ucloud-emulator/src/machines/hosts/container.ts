import { absent } from '../engine-failures.js';
import { EngineError, type DockerEngine } from '../engine.js';
import { INSTALL_LABEL, type EngineNames } from '../names.js';
import { makeTar, type TarEntry } from '../tar.js';

/** The container of one host. */
export interface HostContainer {
  look(signal?: AbortSignal): Promise<ContainerState | undefined>;
  create(body: object): Promise<void>;
  /** While it does not run. */
  write(files: readonly TarEntry[]): Promise<void>;
  start(): Promise<void>;
  /** Lets systemd end it, for so many seconds; then, or with 0, its processes are killed. */
  stop(seconds: number): Promise<void>;
  /** @throws Error with what it said, when it failed. */
  run(command: readonly string[], signal?: AbortSignal): Promise<string>;
  /** With its volume. */
  remove(): Promise<void>;
}

export interface ContainerState {
  readonly isRunning: boolean;
  readonly exitCode: number;
  readonly installs: number;
}

interface Inspected {
  readonly State: { readonly Running: boolean; readonly ExitCode: number };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
}

export function hostContainer(
  host: string,
  { engine, names }: { readonly engine: DockerEngine; readonly names: EngineNames },
): HostContainer {
  const name = names.container(host);
  const path = `/containers/${name}`;
  return {
    async look(signal) {
      const found = await engine.call<Inspected>({ path: `${path}/json`, signal }).catch(absent);
      if (!found) return undefined;
      const { State, Config } = found;
      return { isRunning: State.Running, exitCode: State.ExitCode, installs: Number(Config.Labels[INSTALL_LABEL]) };
    },
    create: (body) => engine.call({ method: 'POST', path: '/containers/create', query: { name }, body }),
    write: (files) => engine.call({ method: 'PUT', path: `${path}/archive`, query: { path: '/' }, tar: makeTar(files) }),
    start: () => engine.call({ method: 'POST', path: `${path}/start` }),
    stop: (seconds) => engine.call<void>({ method: 'POST', path: `${path}/stop`, query: { t: seconds } }).catch(absent),
    async run(command, signal) {
      const { exitCode, output } = await engine.exec(name, command, { signal });
      if (exitCode === 0) return output;
      throw new Error(`${command.join(' ').slice(0, 100)} ended with ${exitCode}: ${output.trim().slice(-300)}`);
    },
    async remove() {
      await engine.call({ method: 'DELETE', path, query: { force: true } }).catch(goneAlready);
      await engine.call({ method: 'DELETE', path: `/volumes/${names.volume(host)}`, query: { force: true } }).catch(goneAlready);
    },
  };
}

/** Also while somebody else removes it. */
function goneAlready(error: unknown): void {
  if (error instanceof EngineError && (error.status === 404 || (error.status === 409 && error.message.includes('already in progress'))))
    return;
  throw error;
}
