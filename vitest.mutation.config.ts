import { defineConfig } from 'vitest/config';

/**
 * Folders and files of tests, with commas between them. Stryker's own `--testFiles` is not for this: with it a mistake in
 * a constant of a module takes effect after the module was loaded, and every one counts as unnoticed
 * (https://github.com/stryker-mutator/stryker-js/issues/6144).
 */
const tests = (process.env['MUTATION_TESTS'] ?? 'test/unit,packages').split(',');

/** What `stryker.config.json` runs: unit tests alone, with nothing built or started before them. */
export default defineConfig({
  test: {
    environment: 'node',
    // The sources are loaded once for a mistake, and not once for each of the files of tests: several times as fast.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    include: tests.map((place) => (place.endsWith('.ts') ? place : `${place}/**/*.test.ts`)),
    exclude: [
      '**/node_modules/**',
      'packages/*/test/{integration,e2e}/**',
      // They would run again for nearly every mistake of their folder, and find slowly what the others find at once.
      '**/*.fuzz.test.ts',
      '**/lock-race.test.ts',
      // It reads the source, which is another one under mutation.
      '**/refusal-sites.test.ts',
    ],
  },
});
