import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/helpers/longest-first.js';

const shared = {
  environment: 'node' as const,
  setupFiles: [fileURLToPath(new URL('test/helpers/hint-equality.ts', import.meta.url))],
  testTimeout: 30_000,
  // What is waited for comes in its own time beside three other files; the test's own patience is what ends it.
  expect: { poll: { timeout: 25_000, interval: 50 } },
  hookTimeout: 60_000,
};

/**
 * Files of the three kinds run beside each other, whatever the number of cores: terraform's providers sleep for seconds at
 * everything they do, and the other files wait for agents, packer and the cloud as much as they compute. One kind after the
 * other left the processors idle while the last file of each ended; six at once starved each other's agents of processors.
 */
const besideEachOther = { sequence: { groupOrder: 1 }, maxWorkers: 4 };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/helpers/global-setup.ts'],
    reporters: ['default', './test/helpers/skipped-reporter.ts', ['json', { outputFile: '.vitest-report.json' }]],
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: 'unit',
          sequence: { groupOrder: 0 },
          // Nothing in them outlives its test, and three quarters of their time was one file's modules being loaded for the next.
          isolate: false,
          // A third of a unit file's time is waiting, too.
          maxWorkers: 3,
          include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
          exclude: ['packages/*/test/{integration,terraform,e2e}/**'],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'integration',
          ...besideEachOther,
          include: ['test/integration/**/*.test.ts', 'packages/*/test/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'terraform',
          ...besideEachOther,
          include: ['test/terraform/**/*.test.ts', 'packages/*/test/terraform/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'e2e',
          ...besideEachOther,
          include: ['test/e2e/**/*.test.ts', 'packages/*/test/e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'printed',
          // Last of all: reads what the others have printed.
          sequence: { groupOrder: 2 },
          include: ['test/printed/**/*.test.ts'],
          testTimeout: 240_000,
        },
      },
    ],
  },
});
