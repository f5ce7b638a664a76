/** Passes on what was not in the list before: a problem that stays is told once, one that comes back again. */
export function sayOnce(say: (problem: string) => void): (problems: readonly string[]) => void {
  let before: ReadonlySet<string> = new Set();
  return (problems) => {
    for (const problem of new Set(problems)) if (!before.has(problem)) say(problem);
    before = new Set(problems);
  };
}
