import { PrerequisiteError, ToolError } from '@nomadctl/base/errors';
import { nomadctl, shell } from '@nomadctl/base/hint/hint';
import type { ChildEnvironment } from '@nomadctl/base/secret/secret';
import { readMachineLine } from './packer-output.js';
import { passedOnEnv } from './passed-on-env.js';
import type { ToolContext } from './tool-context.js';

/** A template with its variables, as they lie in a folder. */
export interface PackerBuild {
  /** Packer's own path. */
  readonly packer: string;
  readonly folder: string;
  readonly template: string;
  readonly varFile: string;
}

export interface PackerRun extends PackerBuild {
  /** Variables that only this run knows. No secret: they are seen in the list of processes. */
  readonly vars: Readonly<Record<string, string>>;
  /** Keys and passwords, and whatever else only packer may see. */
  readonly secrets: ChildEnvironment;
  /** What a person would read, line by line. */
  readonly onLine: (line: string) => void;
}

export interface PackerResult {
  /** `<project>:<region>:<image>` for each image that was made. */
  readonly artifacts: readonly string[];
  readonly errors: readonly string[];
  /** The last lines for people. */
  readonly tail: readonly string[];
  readonly exitCode: number;
}

const TAIL = 15;

export const validateArgv = ({ template, varFile }: PackerBuild): string[] => ['validate', `-var-file=${varFile}`, template];

export const buildArgv = ({ template, varFile, vars }: Pick<PackerRun, 'template' | 'varFile' | 'vars'>): string[] => [
  'build',
  '-machine-readable',
  `-var-file=${varFile}`,
  ...Object.entries(vars).flatMap(([name, value]) => ['-var', `${name}=${value}`]),
  template,
];

/** Where packer looks for plugins and for its settings is the user's to say; what it would report to its makers is not sent. */
export function packerEnv(env: ToolContext['env'], secrets: ChildEnvironment): ChildEnvironment {
  const own = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && /^PACKER_(PLUGIN_PATH|CONFIG_DIR|CONFIG)$/.test(entry[0]),
  );
  return { ...passedOnEnv(env), ...Object.fromEntries(own), CHECKPOINT_DISABLE: '1', PACKER_NO_COLOR: '1', ...secrets };
}

/**
 * Has packer check a template with its variables. Asks no cloud.
 * @throws PrerequisiteError `packer-builder-missing` when this packer cannot build at UCloud, ToolError `packer-refused` for
 * anything else.
 */
export async function validateTemplate(ctx: ToolContext, build: PackerBuild, secrets: ChildEnvironment): Promise<void> {
  const { stdout, stderr, exitCode } = await ctx.exec.run(build.packer, validateArgv(build), {
    cwd: build.folder,
    env: packerEnv(ctx.env, secrets),
    signal: ctx.signal,
    timeoutMs: 60_000,
    accept: [0, 1],
  });
  if (exitCode === 0) return;
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  throw /ucloud-uhost/.test(lines.join(' ')) &&
    /unknown builder|unknown.*ucloud-uhost|could not.*find|not found|not installed/i.test(lines.join(' '))
    ? new PrerequisiteError(`${build.packer} has no builder for UCloud`, {
        code: 'packer-builder-missing',
        why: [
          ...lines.slice(0, 4),
          'packer up to 1.8.6 brings it along; some distributions take it out, later versions want it as a plugin',
        ],
        next: nomadctl`tools install packer`,
      })
    : new ToolError(`packer refuses ${build.template}`, {
        code: 'packer-refused',
        why: lines.slice(-12),
        next: shell`packer validate ${build.template}`,
      });
}

/**
 * Builds. Interrupted, packer takes down what it made and ends; `leftover` things of a packer that was killed are the
 * caller's. A build that fails is no error here.
 * @throws ToolError `tool-killed` or `tool-not-found`; AbortError once packer has ended after an interrupt.
 */
export async function runPacker(ctx: ToolContext, run: PackerRun): Promise<PackerResult> {
  const seen = { artifacts: [] as string[], errors: [] as string[], tail: [] as string[] };
  const say = (text: string): void => {
    for (const line of text.split('\n').map((part) => part.trimEnd())) {
      if (line === '') continue;
      run.onLine(line);
      seen.tail.push(line);
      if (seen.tail.length > TAIL) seen.tail.shift();
    }
  };
  const { exitCode } = await ctx.exec.run(run.packer, buildArgv(run), {
    cwd: run.folder,
    env: packerEnv(ctx.env, run.secrets),
    signal: ctx.signal,
    accept: [0, 1],
    onLine: (text) => {
      const line = readMachineLine(text);
      if (line === undefined) return say(text);
      if (line.kind === 'ui') say(line.text);
      else if (line.kind === 'artifact') seen.artifacts.push(...line.ids);
      else if (line.kind === 'error') seen.errors.push(line.text);
    },
  });
  return { ...seen, exitCode };
}
