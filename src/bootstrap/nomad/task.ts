import { delimiter, dirname, join } from 'node:path';
import type { Context } from '../../context.js';
import type { JobSpec } from '../../clients/nomad-job-model.js';
import { IMAGE_ENV, PROGRAM } from '../image/lay-root.js';
import { VOLUME, VOLUME_FILES } from '../volume.js';

/** What the task of a bootstrapper is made from. Nothing of it is a secret: Nomad shows it to whoever may see jobs. */
export interface Task {
  readonly driver: TaskDriver;
  readonly config: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  /** Where it finds the volume. */
  readonly root: string;
}

export type TaskDriver = 'docker' | 'raw_exec';

/** Group and task. */
export const TASK = 'bootstrapper';
/** What a client lets a task take by default (`max_kill_timeout`). Terraform that takes longer is killed, and goes on from its state. */
const KILL_TIMEOUT_NS = 30e9;
const SECOND_NS = 1e9;
/** docker keeps a task to it: node twice, terraform and its provider. raw_exec only has it set aside. */
const MEMORY_MB: Readonly<Record<TaskDriver, number>> = { docker: 1024, raw_exec: 256 };
/** Where terraform looks for its configuration and its providers, and programs for what they trust. */
const OF_THE_USER = ['HOME', 'LANG', 'TF_CLI_CONFIG_FILE', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

/** Standard error, too: where it speaks is one log then. */
const run = (node: string, program: string, root: string): string[] => [
  ...['-c', 'exec "$@" 2>&1', 'sh', node, program, 'bootstrap', 'run', '--volume', root],
];

/** In a container of the same image as in docker. */
export function dockerTask({ name, image, network }: { readonly name: string; readonly image: string; readonly network: string }): Task {
  // Its locks are told apart by the name of the computer: it stays the same.
  const config = { image, force_pull: false, hostname: name.slice(0, 63), network_mode: network };
  return { driver: 'docker', config: { ...config, command: 'sh', args: run('node', PROGRAM, VOLUME) }, env: IMAGE_ENV, root: VOLUME };
}

/** Where every system has what is its own. The user's PATH would be another one in each shell, and so each time another job. */
const OF_THE_SYSTEM = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * nomadctl of this computer.
 * @param root where the volume lies on the client @param programs paths of those that it runs, as they are found here
 */
export function ownTask(root: string, programs: readonly string[], { env, paths }: Pick<Context, 'env' | 'paths'>): Task {
  const folders = [...[...programs, process.execPath].map((path) => dirname(path)), paths.unpacked, ...OF_THE_SYSTEM];
  const own = Object.fromEntries(OF_THE_USER.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  return {
    driver: 'raw_exec',
    config: { command: '/bin/sh', args: run(process.execPath, join(paths.templates, '..', 'bin', 'nomadctl.js'), root) },
    env: {
      ...own,
      PATH: [...new Set(folders)].join(delimiter),
      NOMADCTL_HOME: join(root, VOLUME_FILES.home),
      NOMADCTL_TOOLS: paths.tools,
      CHECKPOINT_DISABLE: '1',
      NO_COLOR: '1',
    },
    root,
  };
}

export interface JobFacts {
  readonly name: string;
  readonly cluster: string;
  /** The client that has the volume, and its pool. */
  readonly node: string;
  readonly pool: string;
  readonly task: Task;
}

/**
 * The job: one task that comes back, whatever ends it, beside its volume and nowhere else. A client that is lost has it wait for that
 * client: an empty folder elsewhere would have everything made twice.
 */
export function jobSpec({ name, cluster, node, pool, task: { driver, config, env } }: JobFacts): JobSpec {
  const mount = { Volume: 'project', Destination: VOLUME, ReadOnly: false };
  return {
    ID: name,
    Name: name,
    Type: 'service',
    Datacenters: ['*'],
    NodePool: pool,
    Meta: { nomadctl_bootstrap: cluster },
    Constraints: [{ LTarget: '${node.unique.id}', RTarget: node, Operand: '=' }],
    TaskGroups: [
      {
        Name: TASK,
        Count: 1,
        RestartPolicy: { Attempts: 20, Interval: 60 * SECOND_NS, Delay: SECOND_NS, Mode: 'delay' },
        ReschedulePolicy: { Unlimited: true, Delay: 5 * SECOND_NS, DelayFunction: 'constant', MaxDelay: 0, Attempts: 0, Interval: 0 },
        Volumes: {
          project: {
            ...{ Name: 'project', Type: 'host', Source: name, ReadOnly: false },
            ...{ AccessMode: 'single-node-single-writer', AttachmentMode: 'file-system' },
          },
        },
        Tasks: [
          {
            Name: TASK,
            Driver: driver,
            Config: config,
            Env: env,
            // raw_exec cannot mount it, and goes to where it lies.
            VolumeMounts: driver === 'docker' ? [mount] : [],
            KillSignal: 'SIGINT',
            KillTimeout: KILL_TIMEOUT_NS,
            Resources: { CPU: 100, MemoryMB: MEMORY_MB[driver] },
          },
        ],
      },
    ],
  };
}
