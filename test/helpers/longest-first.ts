import { relative } from 'node:path';
import { existsSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files of one test, or of a few, that take minutes: begun last, they would run alone at the end. Vitest itself begins
 * with the biggest files, and knows durations only where the suite has run before.
 */
const LONGEST = [
  'test/terraform/ucloud-cluster.test.ts',
  'test/integration/build-images-machines.test.ts',
  'test/integration/build-images-el9.test.ts',
  'test/integration/recipes.test.ts',
  'test/integration/guide-local.test.ts',
  'test/integration/quickstart.test.ts',
];

/** Begins with the longest files, and spreads those that wait for terraform's providers among those that compute. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const gone = LONGEST.filter((file) => !existsSync(`${root}/${file}`));
    if (gone.length > 0) throw new Error(`no such test files, named in longest-first.ts: ${gone.join(', ')}`);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONGEST.includes(relative(root, moduleId));
    const sorted = await super.sort(files);
    const rest = sorted.filter((file) => !isLong(file));
    const projects = [...new Set(rest.map(({ project }) => project.name))];
    return [...sorted.filter(isLong), ...spread(projects.map((name) => rest.filter(({ project }) => project.name === name)))];
  }
}

/** Each list in its own order, evenly among the others. */
function spread<T>(lists: readonly (readonly T[])[]): T[] {
  const placed = lists.flatMap((list) => list.map((file, index) => ({ file, at: index / list.length })));
  return placed.sort((a, b) => a.at - b.at).map(({ file }) => file);
}
