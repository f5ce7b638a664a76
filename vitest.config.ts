import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/helpers/longest-first.js';

// The providers of terraform sleep for seconds at everything they do, and end-to-end tests wait for agents and hosts: their files
// run side by side in one group, whatever the number of cores.
const WAITING = 6;
const shared = { environment: 'node' as const, testTimeout: 30_000, hookTimeout: 60_000 };

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
          include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['test/integration/**/*.test.ts'],
          exclude: ['test/integration/emulator-terraform/**'],
          // They wait for agents, packer and the cloud more than they compute.
          maxWorkers: 3,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'terraform',
          sequence: { groupOrder: 2 },
          include: ['test/terraform/**/*.test.ts', 'test/integration/emulator-terraform/**/*.test.ts'],
          maxWorkers: WAITING,
          testTimeout: 240_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['test/e2e/**/*.test.ts'],
          maxWorkers: WAITING,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
