import { defineConfig } from 'vitest/config';

/** What `stryker.config.json` runs: unit tests alone, with nothing built or started before them. */
export default defineConfig({
  test: {
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    include: ['test/unit/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
    exclude: [
      '**/node_modules/**',
      'packages/*/test/{integration,e2e}/**',
      // They would run again for nearly every mistake of their folder, and find slowly what the others find at once.
      '**/*.fuzz.test.ts',
      '**/lock-race.test.ts',
    ],
  },
});
