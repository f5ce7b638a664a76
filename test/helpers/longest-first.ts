import { relative } from 'node:path';
import { existsSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take more than half a minute, with the seconds that they took in a whole run on two cores: begun late, they
 * would run with a processor idle at the end. Vitest itself begins with the biggest files, and knows durations only where the
 * suite has run before. Seconds that are somewhat wrong cost little; a long file that is not here costs up to its length.
 */
const SECONDS: Readonly<Record<string, number>> = {
  'test/terraform/ucloud-cluster.test.ts': 330,
  'test/terraform/ucloud-up-unsteady-cloud.test.ts': 210,
  'test/terraform/ucloud-rotate.test.ts': 200,
  'test/integration/build-images-machines.test.ts': 200,
  'test/terraform/ucloud-secure.test.ts': 195,
  'test/integration/build-images-el9.test.ts': 140,
  'test/integration/build-images.test.ts': 136,
  'test/integration/job-deploy.test.ts': 119,
  'test/integration/build-images-faults.test.ts': 114,
  'test/terraform/ucloud-up-repairs.test.ts': 111,
  'test/terraform/ucloud-up-host-faults.test.ts': 102,
  'test/integration/guide-local.test.ts': 101,
  'test/terraform/ucloud-up-network-faults.test.ts': 95,
  'test/terraform/ucloud-down.test.ts': 82,
  'packages/ucloud-emulator/test/terraform/instance-state.test.ts': 74,
  'test/terraform/ucloud-down-networks.test.ts': 72,
  'test/integration/job-stop.test.ts': 71,
  'test/terraform/ucloud-up.test.ts': 70,
  'packages/ucloud-emulator/test/terraform/disks.test.ts': 66,
  'packages/ucloud-emulator/test/integration/machines/hosts.test.ts': 62,
  'packages/ucloud-emulator/test/terraform/instances.test.ts': 57,
  'test/terraform/job-via-terraform.test.ts': 49,
  'packages/ucloud-emulator/test/terraform/load-balancers.test.ts': 47,
  'packages/ucloud-emulator/test/integration/machines/network.test.ts': 46,
  'test/integration/guide-secured.test.ts': 60,
  'test/integration/guide-emulator.test.ts': 45,
  'test/integration/job-balancers.test.ts': 40,
  'packages/ucloud-emulator/test/terraform/faults.test.ts': 44,
  'test/integration/local-concurrency.test.ts': 41,
  'packages/ucloud-emulator/test/terraform/addresses.test.ts': 40,
  'packages/ucloud-emulator/test/terraform/refusals.test.ts': 38,
  'test/integration/recipes.test.ts': 36,
  'packages/ucloud-emulator/test/terraform/network.test.ts': 35,
  'test/integration/quickstart.test.ts': 35,
  'test/e2e/local-upgrade.test.ts': 174,
  'test/e2e/local-cluster.test.ts': 173,
  'test/e2e/secure-faults.test.ts': 115,
  'test/e2e/local-rotate.test.ts': 97,
  'test/e2e/local-resume.test.ts': 90,
  'test/e2e/local-secure.test.ts': 86,
  'test/e2e/local-signals.test.ts': 85,
  'test/e2e/secured-chaos.test.ts': 70,
  'test/e2e/local-chaos.test.ts': 62,
  'test/e2e/ucloud-chaos.test.ts': 57,
  'test/e2e/catalogue.test.ts': 50,
  'test/e2e/job-docker.test.ts': 43,
  'test/e2e/ui-secured.test.ts': 41,
  'test/e2e/ui.test.ts': 40,
};

/** What a file takes that is not in the table. */
const SHORT = 8;

/**
 * Begins with the longest files of each project, and spreads the projects' over the whole run: those that wait for terraform's
 * providers run beside those that compute, not all at once.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const gone = Object.keys(SECONDS).filter((file) => !existsSync(`${root}/${file}`));
    if (gone.length > 0) throw new Error(`no such test files, named in longest-first.ts: ${gone.join(', ')}`);
    const seconds = ({ moduleId }: TestSpecification): number => SECONDS[relative(root, moduleId)] ?? SHORT;
    const sorted = (await super.sort(files)).sort((a, b) => seconds(b) - seconds(a));
    const projects = [...new Set(sorted.map(({ project }) => project.name))];
    return spread(
      projects.map((name) => sorted.filter(({ project }) => project.name === name)),
      seconds,
    );
  }
}

/** Each list in its own order, among the others so that each has the same part of its seconds behind it at any time. */
export function spread<T>(lists: readonly (readonly T[])[], seconds: (file: T) => number): T[] {
  const placed = lists.flatMap((list) => {
    const sum = (files: readonly T[]): number => files.reduce((total, file) => total + seconds(file), 0);
    return list.map((file, index) => ({ file, at: sum(list.slice(0, index)) / sum(list) }));
  });
  return placed.sort((a, b) => a.at - b.at).map(({ file }) => file);
}
