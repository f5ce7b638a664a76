import { passedOnEnv } from '../tools/passed-on-env.js';
import { findProgram } from './find-program.js';
import type { Report, ToolContext } from '../tools/tool-context.js';
import { asRoot, shell, type Hint } from '@nomadctl/base/hint/hint';

/** What a program's package is called by each package manager; several are parted by spaces. */
export interface PackageNames {
  readonly apt: string;
  readonly dnf: string;
  readonly brew: string;
}

export interface PackageInstall {
  /** For people to paste. */
  readonly command: Hint;
  /** Absent where it would need a password. */
  readonly run?: (report: Report) => Promise<void>;
}

interface Manager {
  readonly program: string;
  readonly names: keyof PackageNames;
  readonly before?: readonly string[];
  readonly install: readonly string[];
  readonly asRoot: boolean;
}

const managers: readonly Manager[] = [
  { program: 'apt-get', names: 'apt', before: ['update'], install: ['install', '-y', '--no-install-recommends'], asRoot: true },
  { program: 'dnf', names: 'dnf', install: ['install', '-y'], asRoot: true },
  { program: 'brew', names: 'brew', install: ['install'], asRoot: false },
];

/** How this computer installs a package; nothing where no package manager of the three is there. */
export async function packageInstall(ctx: ToolContext, names: PackageNames, uid: number | undefined): Promise<PackageInstall | undefined> {
  for (const manager of managers) {
    const program = await findProgram(ctx, manager.program);
    if (!program) continue;
    const needsSudo = manager.asRoot && uid !== 0;
    const words = [manager.program, manager.install[0] ?? '', ...names[manager.names].split(' ')];
    const command = manager.asRoot ? asRoot`${words}` : shell`${words}`;
    if (needsSudo && !(await sudoWithoutPassword(ctx))) return { command };
    return { command, run: (report) => install(ctx, manager, { names, report, prefix: needsSudo ? ['sudo', '-n', program] : [program] }) };
  }
  return undefined;
}

async function install(
  ctx: ToolContext,
  manager: Manager,
  { names, report, prefix }: { names: PackageNames; report: Report; prefix: readonly string[] },
): Promise<void> {
  const [file = manager.program, ...first] = prefix;
  // sudo drops this variable, and apt-get then asks nothing either: its input is closed.
  const env = { ...passedOnEnv(ctx.env), DEBIAN_FRONTEND: 'noninteractive' };
  for (const argv of [manager.before, [...manager.install, ...names[manager.names].split(' ')]]) {
    if (argv) await ctx.exec.run(file, [...first, ...argv], { env, signal: ctx.signal, onLine: report });
  }
}

async function sudoWithoutPassword(ctx: ToolContext): Promise<boolean> {
  if (!(await findProgram(ctx, 'sudo'))) return false;
  const answer = await ctx.exec.run('sudo', ['-n', 'true'], { signal: ctx.signal, accept: [0, 1], timeoutMs: 5000 }).catch(() => undefined);
  return answer?.exitCode === 0;
}
