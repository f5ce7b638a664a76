import { join } from 'node:path';
import { realPath } from './files/real-path.js';

/** Where things are kept; "Where things are kept" in docs/guide/everyday.md is the user's view of it. */
export interface Paths {
  /** `$NOMADCTL_HOME`. */
  readonly home: string;
  /** Name of the current cluster (`nomadctl use`). */
  readonly currentFile: string;
  readonly clusters: string;
  /** Programs that nomadctl installed: `$NOMADCTL_TOOLS`, or `tools` in the home. */
  readonly tools: string;
  /** Programs of the system's packages, unpacked without rights; the last folder on the PATH of local agents. */
  readonly unpacked: string;
  /** The user's own job templates. */
  readonly ownJobs: string;
  /** Templates that ship with nomadctl. */
  readonly templates: string;
  /** What starts nomadctl itself, for Node: processes of ours beside a command. */
  readonly program: string;
  /** Pinned Go modules of the programs that nomadctl can build. */
  readonly toolchain: string;
  cluster(name: string): ClusterPaths;
}

export interface ClusterPaths {
  readonly dir: string;
  readonly file: string;
  /** JSON schema of the file, in the installed package. */
  readonly schema: string;
  readonly journal: string;
  readonly lock: string;
  readonly secrets: string;
  /** Certificate of the cluster's own authority, where it is secured: public, for agents, programs and people. */
  readonly ca: string;
  /** By what nomadctl is known to agents that ask whoever comes for a certificate; the key is 0600. */
  readonly operator: { readonly certificate: string; readonly key: string };
  /** By what earlier authorities of the cluster vouch for the one of now. Public, too; only where there were earlier ones. */
  readonly caChain: string;
  readonly agents: string;
  /** Where the agents' folder is moved before it is deleted: what a killed `down` may have left. */
  readonly agentsToRemove: string;
  readonly logs: string;
  /** Copies of all this, a folder each. */
  readonly backups: string;
}

export interface PathRoots {
  readonly home: string;
  readonly tools?: string | undefined;
  /** Root of the installed package. */
  readonly packageRoot: string;
}

export function createPaths({ home, tools, packageRoot }: PathRoots): Paths {
  const clusters = join(home, 'clusters');
  const schema = join(packageRoot, 'schemas', 'cluster.schema.json');
  const toolsFolder = tools ?? join(home, 'tools');
  return {
    home,
    currentFile: join(home, 'current'),
    clusters,
    tools: toolsFolder,
    unpacked: join(toolsFolder, 'bin'),
    ownJobs: join(home, 'jobs'),
    templates: join(packageRoot, 'templates'),
    program: join(packageRoot, 'bin', 'nomadctl.js'),
    toolchain: join(packageRoot, 'toolchain'),
    cluster(name) {
      // One cluster's folder may be a link, too, to a bigger disk.
      const dir = realPath(`${clusters}/${name}`);
      return {
        dir,
        file: `${dir}/cluster.yaml`,
        schema,
        journal: `${dir}/journal.json`,
        lock: `${dir}/lock`,
        secrets: `${dir}/secrets.json`,
        ca: `${dir}/ca.pem`,
        operator: { certificate: `${dir}/operator.pem`, key: `${dir}/operator-key.pem` },
        caChain: `${dir}/ca-chain.pem`,
        agents: `${dir}/agents`,
        agentsToRemove: `${dir}/agents.removing`,
        logs: `${dir}/logs`,
        backups: `${dir}/backups`,
      };
    },
  };
}
