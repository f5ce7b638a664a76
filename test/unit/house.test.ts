import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'prettier';
import { describe, expect, it, test } from 'vitest';
import {
  bareAddressesIn,
  DOOR,
  folderIn,
  house,
  importsOf,
  mutualPairs,
  problemOf,
  roomOf,
  roomsTable,
  root,
  sourceFiles,
} from '../helpers/house.js';

const files = sourceFiles();
const imports = files.flatMap(importsOf);
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the house', () => {
  it('has every file in a room of the table', () => {
    expect([...new Set(files.filter((file) => file !== 'src/context.ts').map(roomOf))].sort()).toEqual(Object.keys(house.rooms).sort());
  });

  it('has no arrow that the table does not allow', () => {
    expect(imports.length).toBeGreaterThan(files.length);
    expect(imports.flatMap((entry) => problemOf(entry) ?? [])).toEqual([]);
  });

  it('has no two rooms that import each other, nor folders of a layered room', () => {
    expect(mutualPairs(imports)).toEqual([]);
    for (const room of house.layered) expect(mutualPairs(imports, folderIn(room)), room).toEqual([]);
  });

  it('allows nothing that nobody needs', () => {
    const used = new Set(imports.flatMap(({ from, to }) => [`${roomOf(from)} ${roomOf(to)}`, `${roomOf(from)} ${to}`]));
    const allowed = Object.entries(house.rooms).flatMap(([room, entry]) => entry.imports.map((other) => `${room} ${other}`));
    expect(allowed.filter((arrow) => !used.has(arrow))).toEqual([]);
  });

  it('has no door that nobody goes through', () => {
    for (const [file, doors] of Object.entries(house.doors))
      expect(
        imports
          .filter(({ to }) => to === file)
          .map(({ from }) => from)
          .sort(),
        file,
      ).toEqual([...doors].sort());
  });

  it('has no folder that is too full', () => {
    const counts = new Map<string, number>();
    for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > house.largestFolder)).toEqual([]);
  });

  it('writes addresses of agents at the door alone', () => {
    const written = files.filter((file) => file.startsWith('src/')).filter((file) => bareAddressesIn(file, textOf(file)).length > 0);
    expect(written.sort()).toEqual(Object.keys(house.schemes).sort());
    expect(house.schemes).toHaveProperty([DOOR]);
  });

  it('is drawn in CONTRIBUTING as it is', async () => {
    const table = await format(roomsTable(), { parser: 'markdown', printWidth: 140 });
    expect(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')).toContain(table.trim());
  });
});

test.each([
  'const url = `http://${host}:4646`;',
  "createNomadApi({ url: 'http://127.0.0.1:4646' } as AgentEndpoint);",
  'const at = { url } as unknown as AgentEndpoint;',
  "const url = ['http://', host].join('');",
  'const url = `${scheme}://${host}`;',
  "const bare = url.replace('http://', '');",
])('%s is for the door alone', (line) => {
  expect(bareAddressesIn('src/steps/local/some-step.ts', line)).not.toEqual([]);
});

test("addresses of others, and comments, are nobody's business", () => {
  const text = "/** http://127.0.0.1 */\nconst api = 'https://api.ucloud.cn'; const text = `see ${api}/docs`; type At = AgentEndpoint;";
  expect(bareAddressesIn('src/steps/local/some-step.ts', text)).toEqual([]);
});

/** One mistake of each kind and its siblings. */
const wrong: readonly (readonly [string, string])[] = [
  // Upwards.
  ['src/engine/run-plan.ts', 'src/ui/terminal.ts'],
  ['src/engine/run-plan.ts', 'src/steps/tools/check-tools.ts'],
  ['src/tools/exec.ts', 'src/programs/locate-tool.ts'],
  ['src/tools/exec.ts', 'src/engine/step.ts'],
  ['src/clients/nomad-api.ts', 'src/cluster/reach.ts'],
  ['src/clients/ucloud/ucloud-api.ts', 'src/ucloud/ucloud-state.ts'],
  ['src/render/template-engine.ts', 'src/jobs/catalogue/find-job.ts'],
  ['src/options/option.ts', 'src/config/cluster-file.ts'],
  ['src/config/secrets.ts', 'src/targets/index.ts'],
  ['src/config/secrets.ts', 'src/ucloud/account/open-cloud.ts'],
  ['src/cluster/cluster-health.ts', 'src/ucloud/ucloud-state.ts'],
  ['src/cluster/reach.ts', 'src/agents/node-record.ts'],
  ['src/cluster/reach.ts', 'src/config/secrets.ts'],
  ['src/machines/ssh-key.ts', 'src/ucloud/ucloud-state.ts'],
  ['src/agents/node-assignment.ts', 'src/ucloud/settings/wanted-hosts.ts'],
  ['src/ucloud/hosts/leave-cluster.ts', 'src/agents/agent-process.ts'],
  ['src/terraform/apply-root.ts', 'src/ucloud/terraform/open-root.ts'],
  ['src/terraform/apply-root.ts', 'src/engine/run-plan.ts'],
  ['src/jobs/rollout/rollout.ts', 'src/steps/jobs/await-health.ts'],
  ['src/jobs/rollout/rollout.ts', 'src/ucloud/ucloud-state.ts'],
  ['src/ucloud/hosts/retire-host.ts', 'src/steps/ucloud/retire-hosts.ts'],
  ['src/ucloud/settings/options.ts', 'src/targets/ucloud/index.ts'],
  ['src/programs/ensure-tool.ts', 'src/targets/target.ts'],
  ['src/steps/local/start-agents.ts', 'src/targets/local/plan.ts'],
  ['src/steps/local/start-agents.ts', 'src/ui/ui.ts'],
  ['src/targets/local/plan.ts', 'src/commands/up.ts'],
  ['src/plans/doctor.ts', 'src/commands/doctor.ts'],
  ['src/commands/up.ts', 'src/cli/program.ts'],
  // Past the layer between.
  ['src/commands/up.ts', 'src/steps/local/start-agents.ts'],
  ['src/commands/up.ts', 'src/tools/exec.ts'],
  ['src/commands/job/scale.ts', 'src/clients/nomad-api.ts'],
  ['src/commands/status.ts', 'src/ui/terminal.ts'],
  ['src/commands/status.ts', 'src/cluster/cluster-health.ts'],
  // One step, one target and another.
  ['src/steps/local/start-agents.ts', 'src/steps/local/stop-agents.ts'],
  ['src/steps/ucloud/apply-cluster.ts', 'src/steps/local/write-configs.ts'],
  ['src/targets/local/plan.ts', 'src/targets/ucloud/up-plan.ts'],
  ['src/targets/ucloud/report.ts', 'src/targets/local/report.ts'],
  // Into the emulator, and out of it.
  ['src/commands/up.ts', 'packages/ucloud-emulator/src/index.ts'],
  ['src/clients/ucloud/signature.ts', 'packages/ucloud-emulator/src/http/signature.ts'],
  ['src/commands/emulator.ts', 'packages/ucloud-emulator/src/server.ts'],
  ['packages/ucloud-emulator/src/http/signature.ts', 'src/clients/ucloud/signature.ts'],
  ['packages/base/src/errors.ts', 'src/ui/errors.ts'],
  ['packages/base/src/errors.ts', 'packages/ucloud-emulator/src/index.ts'],
  // Opens a secret, and is no door.
  ['src/ui/plain.ts', 'packages/base/src/secret/open-secret.ts'],
  ['src/engine/journal.ts', 'packages/base/src/secret/open-secret.ts'],
  ['src/render/template-engine.ts', 'packages/base/src/secret/open-secret.ts'],
  ['src/config/secrets.ts', 'packages/base/src/secret/open-secret.ts'],
  ['packages/base/src/redact.ts', 'packages/base/src/secret/open-secret.ts'],
  // A room that nobody drew.
  ['src/utils/strings.ts', 'packages/base/src/errors.ts'],
  // Libraries in other hands.
  ['src/ui/terminal.ts', 'listr2'],
  ['src/programs/go-build.ts', 'execa'],
  ['src/commands/init.ts', '@inquirer/prompts'],
  ['src/jobs/catalogue/find-job.ts', 'handlebars'],
  ['src/cli/start.ts', 'commander'],
  ['src/clients/http.ts', 'undici'],
  ['src/commands/up.ts', 'lodash'],
  ['src/commands/up.ts', '?'],
];

test.each(wrong)('%s may not import %s', (from, to) => {
  expect(problemOf({ from, to })).toBeDefined();
});
