import type { ChaosOptions, ChaosResult } from './chaos.js';

/** What a turn has done, and what is wrong after it. */
export interface ChaosTurn {
  readonly name: string;
  readonly kills: number;
  readonly problems: readonly string[];
}

/** Takes turns until as many have been taken as are wanted, or one has left something wrong: what is left then is to be looked at. */
export async function takeTurns(
  { runs: wanted, seed, say, signal }: ChaosOptions,
  turn: (run: number) => Promise<ChaosTurn>,
): Promise<ChaosResult> {
  let hit = 0;
  for (let run = 1; run <= wanted; run++) {
    if (signal.aborted) return { runs: run - 1, hit, failures: [] };
    const { name, kills, problems } = await turn(run);
    hit += kills > 0 ? 1 : 0;
    say(`${run}/${wanted}  ${name}: ${kills} kills${problems.length === 0 ? '' : `  FAILED\n  ${problems.join('\n  ')}`}`);
    if (problems.length > 0) return { runs: run, hit, failures: [`seed ${seed}, run ${run}, ${name}: ${problems.join('; ')}`] };
  }
  return { runs: wanted, hit, failures: [] };
}
