/**
 * The line on which a block of a job file begins, or a value is set, by the blocks around it; of the deepest that is found. JSON has no
 * blocks: nothing there. Of several blocks that begin alike it is the first.
 * @param path from the outside in: `group "web"`, `service`, `name = "web"`
 */
export function lineOf(text: string, path: readonly string[]): number | undefined {
  const lines = text.split('\n');
  let found: number | undefined;
  for (const block of path) {
    const next = lines.findIndex((line, index) => index > (found ?? -1) && isStart(line, block));
    if (next === -1) break;
    found = next;
  }
  return found === undefined ? undefined : found + 1;
}

function isStart(line: string, block: string): boolean {
  const words = line.trim().replace(/\s+/g, ' ');
  return words === block || words.startsWith(`${block} {`) || words.startsWith(`${block} =`);
}
