import { readFile } from 'node:fs/promises';
import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { didYouMean } from '@nomadctl/base/suggest';
import { parseYaml } from '../config/yaml-entries.js';
import { schemaProblems } from '../jobs/catalogue/schema-problems.js';
import { balancerNames } from './balancers/index.js';
import { hostsWith, servedBy, type GivenTopology } from './topology.js';

const KEYS = ['hosts', 'services', 'balancers', 'jobs', 'instances', 'service', 'path', 'variables', 'serves', ...balancerNames];
const LARGEST_BYTES = 1024 * 1024;

/** Reads the file of a topology, YAML or JSON. @throws ConfigError `discovery-topology` with every problem */
export async function readTopology(file: string): Promise<GivenTopology> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw invalid(file, [reasonOf(cause)]);
  }
  return parseTopology(text, file);
}

/** @throws ConfigError `discovery-topology` with every problem */
export async function parseTopology(text: string, file: string): Promise<GivenTopology> {
  if (text.length > LARGEST_BYTES) throw invalid(file, ['it is larger than 1 MiB']);
  const document = parseYaml(text);
  const mistakes = [...document.errors, ...document.warnings].map(({ message }) => message.split('\n')[0] ?? '');
  if (mistakes.length > 0) throw invalid(file, mistakes);
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw invalid(file, [reasonOf(cause)]);
  }
  const { topologySchema } = await import('./topology-schema.js');
  const result = topologySchema.safeParse(data);
  if (!result.success) throw invalid(file, schemaProblems(result.error, KEYS));
  const { $schema: _schema, ...topology } = result.data;
  const problems = contradictions(topology);
  if (problems.length > 0) throw invalid(file, problems);
  return topology;
}

/** What the schema cannot say. */
function contradictions(topology: GivenTopology): string[] {
  const { services, hosts, jobs } = topology;
  const names = Object.keys(services);
  const served = servedBy(topology);
  const all = [...jobs, ...names, ...served.map(({ balancer }) => balancer)];
  const counts = Object.values(services).filter(({ variables }) => 'count' in variables);
  return [
    ...served
      .filter(({ serves }) => !names.includes(serves))
      .map(({ balancer, serves }) => `balancers.${balancer}.serves: there is no service ${serves}${didYouMean(serves, names)}`),
    ...[...new Set(all.filter((name, index) => all.indexOf(name) !== index))].map((name) => `${name} is there twice`),
    ...(counts.length > 0 ? ['services: how many there are is said by instances, and not by the variable count'] : []),
    ...(hosts && hostsWith({ hosts }, 'app').length === 0 ? ['hosts: no host has the role app'] : []),
    ...(hosts && served.length > 0 && hostsWith({ hosts }, 'balancer').length === 0 ? ['hosts: no host has the role balancer'] : []),
  ];
}

function invalid(file: string, why: readonly string[]): ConfigError {
  return new ConfigError(`${file} is no topology`, { code: 'discovery-topology', why, next: nomadctl`discovery plan --help` });
}
