import type { TemplateSource } from '../../jobs/catalogue/find-job.js';
import { TEMPLATE_FILE } from '../../jobs/catalogue/find-job.js';
import { inputValues, resolveVariables, type VariableInput } from '../../jobs/catalogue/resolve-variables.js';
import type { Node } from '../../clients/nomad-node-model.js';
import { chooseDriver, requireDriver } from '../../jobs/rollout/choose-driver.js';
import { installHint } from '../../programs/packages/system-programs.js';
import { nodeValues } from '../../jobs/catalogue/node-values.js';
import { findProgram } from '../../programs/find-program.js';
import { locateTool } from '../../programs/locate-tool.js';
import { installedPath } from '../../programs/tool-folder.js';
import { specOf, toolNames, type ToolName } from '../../programs/tool-versions.js';
import type { ToolContext } from '../../tools/tool-context.js';
import { defineStep, type Rendered } from '../../jobs/job-state.js';
import { readJobSpec } from '../../jobs/parse/read-job-spec.js';
import { requirePrograms, type ProgramsRequest } from '../../jobs/rollout/require-programs.js';

const NO_VARIABLES: VariableInput = { words: [], files: [] };

/** Renders a template and reads what it has become. Functions of Nomad that read files look in the template's own folder. */
export const renderJob = defineStep({
  id: 'render-job',
  title: 'Rendering the job',
  requires: ['nodes'],
  async run(at) {
    const { source, variables = NO_VARIABLES } = at.job;
    if (!source) throw new Error('render-job needs a job source');
    if (source.kind !== 'template') return;
    const installs = new Set<ToolName>();
    const { text, ...chosen } = await renderForCluster(source, variables, {
      nodes: at.state.nodes,
      path: at.connection.nodes.path,
      named: async (program) => (await namedFile(at, program)) ?? (await ownFile(at, program, installs)),
      install: (missing) => installHint(at, missing, process.getuid?.()),
    });
    const { name, dir: folder } = source;
    const known = { ...chosen, installs: [...installs] };
    return { state: await readJobSpec(at, { connection: at.connection, name, text, folder, variables: NO_VARIABLES, chosen: known }) };
  },
});

async function namedFile(ctx: ToolContext, program: string): Promise<string | undefined> {
  return ctx.programs.of(program) && (await findProgram(ctx, program));
}

/** Where a program of ours is, or will be: `install-programs` puts it there before anything is registered. */
async function ownFile(ctx: ToolContext, program: string, installs: Set<ToolName>): Promise<string | undefined> {
  const tool = toolNames.find((name) => name === program);
  if (tool === undefined) return undefined;
  const { tool: there } = await locateTool(ctx, tool);
  if (there) return there.path;
  installs.add(tool);
  return installedPath(ctx, tool, specOf(tool).version);
}

type ForCluster = Pick<Rendered, 'text' | 'drivers' | 'programs' | 'needs'>;

interface Surroundings {
  readonly nodes: readonly Node[];
  /** PATH of the nodes, where they are this computer. */
  readonly path: string | undefined;
  /** The file by which a program is named. */
  readonly named: (program: string) => Promise<string | undefined>;
  readonly install: ProgramsRequest['install'];
}

/** Renders a template with drivers that the cluster offers and whose programs are there. */
async function renderForCluster(
  source: TemplateSource,
  input: VariableInput,
  { nodes, path, named, install }: Surroundings,
): Promise<ForCluster> {
  const { name, manifest } = source;
  const values = resolveVariables({
    job: name,
    manifest,
    inputs: await inputValues(manifest, input),
    driver: (variable) => chooseDriver(name, variable, { nodes, ownHosts: path === undefined, elsewhere: manifest.elsewhere }),
  });
  const chosen = manifest.variables
    .filter(({ type }) => type === 'driver')
    .map(({ name: variable }) => [variable, String(values[variable])] as const);
  const files = new Map<string, string>();
  for (const [variable, driver] of chosen) {
    requireDriver(driver, { nodes, elsewhere: manifest.elsewhere });
    const programs = manifest.programs[variable]?.[driver] ?? [];
    if (path === undefined) continue;
    for (const [program, file] of await requirePrograms({ job: name, programs, driver, path, named, install })) files.set(program, file);
  }
  const drivers = [...new Set(chosen.map(([, driver]) => driver))];
  // Job files need no template engine.
  const { renderTemplate } = await import('../../render/template-engine.js');
  const text = renderTemplate({
    file: `${name}/${TEMPLATE_FILE}`,
    text: source.text,
    values: { ...values, ...nodeValues(manifest, { files, nodes }), ...source.values },
  });
  const needs = manifest.needs.map((need) => ({
    ...need,
    service: renderTemplate({ file: `${name}/job.json`, text: need.service, values }),
  }));
  return { text, drivers, programs: [...files].map(([program, file]) => `${program} at ${file}`), needs };
}
