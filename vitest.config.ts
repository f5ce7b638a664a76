import { defineConfig } from 'vitest/config';

/** What puts the real provider against the emulator. */
const terraform = ['packages/ucloud-emulator/test/integration/terraform/**/*.test.ts', 'test/integration/emulator-terraform.test.ts'];
const shared = { environment: 'node' as const, testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
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
          exclude: ['packages/*/test/{integration,e2e}/**'],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['test/integration/**/*.test.ts', 'packages/*/test/integration/**/*.test.ts'],
          exclude: terraform,
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
          include: terraform,
          // The provider sleeps for seconds at everything it does: the files wait side by side, whatever the number of cores.
          maxWorkers: 8,
          testTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'e2e',
          sequence: { groupOrder: 3 },
          include: ['test/e2e/**/*.test.ts', 'packages/*/test/e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
