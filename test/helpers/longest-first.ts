import { relative } from 'node:path';
import { existsSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take more than half a minute, with the seconds that they took in a whole run on two cores: begun late, they
 * would run with a processor idle at the end. Vitest itself begins with the biggest files, and knows durations only where the
 * suite has run before. Seconds that are somewhat wrong cost little; a long file that is not here costs up to its length.
 */
const SECONDS: Readonly<Record<string, number>> = {
  'test/terraform/ucloud-cluster.test.ts': 399,
  'test/terraform/ucloud-secure.test.ts': 450,
  'test/terraform/ucloud-secure-upgrade.test.ts': 250,
  'test/terraform/ucloud-discovery.test.ts': 220,
  'test/terraform/ucloud-up-unsteady-cloud.test.ts': 213,
  'test/terraform/ucloud-state.test.ts': 50,
  'test/integration/state-backend.test.ts': 45,
  'test/integration/job-new.test.ts': 45,
  'test/integration/overlay-networks.test.ts': 29,
  'test/integration/docker-tls.test.ts': 26,
  'test/terraform/ucloud-rotate.test.ts': 250,
  'test/integration/build-images-machines.test.ts': 200,
  'test/integration/build-images.test.ts': 141,
  'test/integration/build-images-el9.test.ts': 137,
  'test/integration/job-deploy.test.ts': 120,
  'test/terraform/ucloud-up-repairs.test.ts': 116,
  'test/terraform/ucloud-up-host-faults.test.ts': 108,
  'test/integration/build-images-faults.test.ts': 106,
  'test/integration/guide-local.test.ts': 105,
  'test/terraform/ucloud-up-network-faults.test.ts': 102,
  'test/terraform/ucloud-down.test.ts': 85,
  'test/terraform/ucloud-down-networks.test.ts': 79,
  'packages/ucloud-emulator/test/terraform/instance-state.test.ts': 77,
  'test/terraform/ucloud-up.test.ts': 75,
  'test/integration/guide-secured.test.ts': 69,
  'test/integration/job-stop.test.ts': 68,
  'packages/ucloud-emulator/test/terraform/disks.test.ts': 64,
  'packages/ucloud-emulator/test/terraform/instances.test.ts': 62,
  'test/terraform/job-via-terraform.test.ts': 61,
  'test/terraform/ucloud-state-damage.test.ts': 40,
  'test/integration/guide-emulator.test.ts': 58,
  'packages/ucloud-emulator/test/integration/machines/hosts.test.ts': 53,
  'packages/ucloud-emulator/test/terraform/load-balancers.test.ts': 48,
  'packages/ucloud-emulator/test/integration/machines/network.test.ts': 47,
  'packages/ucloud-emulator/test/terraform/faults.test.ts': 39,
  'test/integration/job-plan.test.ts': 39,
  'packages/ucloud-emulator/test/terraform/refusals.test.ts': 36,
  'test/integration/recipes.test.ts': 35,
  'test/integration/discovery.test.ts': 60,
  'test/e2e/discovery-docker.test.ts': 35,
  'test/e2e/local-upgrade.test.ts': 186,
  'test/e2e/local-cluster.test.ts': 131,
  'test/e2e/secure-faults.test.ts': 101,
  'test/e2e/local-rotate.test.ts': 92,
  'test/e2e/secured-chaos.test.ts': 83,
  'test/e2e/local-signals.test.ts': 67,
  'test/e2e/local-resume.test.ts': 64,
  'test/e2e/local-secure.test.ts': 59,
  'test/e2e/local-chaos.test.ts': 54,
  'test/e2e/ucloud-chaos.test.ts': 43,
  'test/e2e/catalogue.test.ts': 42,
  'test/e2e/job-docker.test.ts': 37,
  'test/e2e/ui.test.ts': 34,
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
