import { setTimeout as sleep } from 'node:timers/promises';
import { startCli, type CliOptions, type CliResult } from './run-cli.js';

/** Gives a command that is killed at a random moment, and again, until it ends. */
export type Strikes = (
  name: string,
  argv: readonly string[],
  options?: { readonly isOver?: (result: CliResult) => boolean },
) => Promise<{ readonly kills: number; readonly problems: readonly string[]; readonly last: CliResult }>;

interface Striking {
  readonly random: (below: number) => number;
  readonly start: CliOptions;
  readonly run: (argv: readonly string[], strike?: string) => Promise<CliResult>;
}

/**
 * Half of the kills come before a change of this computer's files, the others so many milliseconds after the start: those also hit what a
 * server is asked for. Now and then the second attempt is killed as well.
 */
export function repeatedly({ random, start, run }: Striking): Strikes {
  const lasts = new Map<string, number>();
  const operations = new Map<string, number>();
  return async (name, argv, { isOver = () => false } = {}) => {
    let kills = 0;
    for (let attempt = 0; attempt === 0 || (attempt < 4 && random(100) < 35); attempt++) {
      const byOperation = random(2) === 0;
      const most = operations.get(name) ?? 40;
      const strike = byOperation ? `SIGKILL operation ${1 + random(most)}` : undefined;
      const running = startCli(argv, { ...start, strike });
      if (!byOperation) {
        const over = running.done.then(() => true);
        await Promise.race([sleep((random(1000) / 1000) * (lasts.get(name) ?? 1500)), over]);
        running.child.kill('SIGKILL');
      }
      const { code } = await running.done;
      if (code === 137) kills++;
      else if (byOperation) operations.set(name, Math.max(5, Math.floor(most * 0.8)));
    }
    const last = await run(argv);
    const before = lasts.get(name) ?? last.ms;
    lasts.set(name, (before + last.ms) / 2);
    const isWell = last.code === 0 || isOver(last);
    const problems = isWell ? [] : [`${argv.join(' ')}: exit ${last.code}: ${last.stderr.trim().split('\n').slice(-12).join(' | ')}`];
    return { kills, problems, last };
  };
}
