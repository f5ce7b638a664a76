import { PrerequisiteError, ToolError } from '@nomadctl/base/errors';
import { again, hint, shell } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { findProgram } from '../../programs/find-program.js';
import { passedOnEnv } from '../../tools/passed-on-env.js';

export type DockerContext = Pick<Context, 'exec' | 'env' | 'programs' | 'signal'>;

/**
 * Runs docker's own program, which knows the user's contexts and certificates. No secret is in its arguments.
 * @returns what it wrote; undefined where docker says that there is no such thing.
 * @throws PrerequisiteError `docker-missing` or `docker-silent`; ToolError when docker refuses
 */
export async function docker(ctx: DockerContext, ...argv: readonly string[]): Promise<string | undefined> {
  const program = await findProgram(ctx, 'docker');
  if (program === undefined) {
    throw new PrerequisiteError('docker is not on PATH', {
      code: 'docker-missing',
      why: 'the bootstrapper is a container of the engine that docker speaks to',
      next: hint`install docker, then ${again()}`,
    });
  }
  const own = Object.entries(ctx.env).filter(([name]) => name.startsWith('DOCKER_'));
  const env = { ...passedOnEnv(ctx.env), ...(Object.fromEntries(own) as Record<string, string>) };
  const { exitCode, stdout, stderr } = await ctx.exec.run(program, argv, { env, signal: ctx.signal, accept: [0, 1, 125] });
  if (exitCode === 0) return stdout.trim();
  if (/no such (container|volume|image|object)|could not find the file/i.test(stderr)) return undefined;
  if (/cannot connect to the docker daemon|error during connect|permission denied .* docker/i.test(stderr)) {
    throw new PrerequisiteError('no docker engine answers', {
      code: 'docker-silent',
      why: stderr.trim().split('\n').slice(-2),
      next: hint`start it, or name one with DOCKER_HOST; ${shell`docker info`} tells more`,
    });
  }
  throw new ToolError(`docker ${argv[0]} failed`, { code: 'docker-failed', why: stderr.trim().split('\n').slice(-4), next: again() });
}
