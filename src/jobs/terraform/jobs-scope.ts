import { again } from '@nomadctl/base/hint/hint';
import type { AgentEndpoint } from '../../clients/agent-endpoint.js';
import { nomadVariables } from '../../cluster/connection.js';
import type { StepIo } from '../../engine/step.js';
import { workRoot } from '../../state/kept-root.js';
import { HERE, type StateContext, type StatePlace } from '../../state/state-owner.js';
import type { TerraformProgram, TerraformScope } from '../../terraform/terraform-scope.js';

/** A cluster as far as terraform works on its jobs. */
export interface JobsConnection {
  readonly cluster: string;
  readonly nomad: AgentEndpoint;
  /** Absent where clusters have no such setting. */
  readonly pluginMirror?: string;
  readonly statePlace?: StatePlace;
}

export interface JobsWork {
  readonly ctx: StateContext;
  readonly terraform: TerraformProgram;
  readonly connection: JobsConnection;
  readonly io: StepIo;
}

/** What running terraform on the jobs of a cluster takes. @throws what `workRoot` throws */
export async function jobsScope({ ctx, terraform: { program, path, version }, connection, io }: JobsWork): Promise<TerraformScope> {
  const { nomad, cluster, statePlace: place = HERE } = connection;
  const root = await workRoot(ctx, { name: cluster, paths: ctx.paths.cluster(cluster), place }, 'jobs');
  return {
    ctx,
    root,
    terraform: { program, path, version },
    env: { ...nomadVariables(nomad), ...root.backend?.env },
    line: io.line,
    log: io.log,
    baseUrl: nomad.url,
    next: again(),
  };
}
