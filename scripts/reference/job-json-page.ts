import { code, madeFrom, table } from './markdown.js';
import { jobSchema } from './job-schema.js';

/** The parts of JSON schema that `job.json`'s has. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
}

/** Every field of a job template's `job.json`. */
export function jobJsonPage(): string {
  const whole = jobSchema() as Schema;
  const { variables, verify } = whole.properties ?? {};
  const { checks, failover } = verify?.properties ?? {};
  return [
    madeFrom('the schema of job.json'),
    '# Fields of job.json',
    `A job template is a folder with \`job.json\`, \`job.nomad.hcl.hbs\`, \`example.json\` and \`README.md\`: the shipped ones, and those under \`jobs/\` in nomadctl's
home. [A guide](../guide/jobs.md) makes one. Unknown fields are refused. A line \`"$schema": "…/schemas/job.schema.json"\` with the path of the file in this
package has editors complete the rest.`,
    fields(whole),
    '## A variable',
    fields(variables?.items),
    '## verify',
    fields(verify),
    ...variantsOf(checks?.items).flatMap((check) => [
      `## A check of kind ${String(check.properties?.['kind']?.const)}`,
      `In \`verify.checks\`: ${check.description}.`,
      fields(check),
    ]),
    '## verify.failover',
    fields(failover),
  ].join('\n\n');
}

function variantsOf(schema: Schema | undefined): readonly Schema[] {
  return schema?.oneOf ?? schema?.anyOf ?? [];
}

function fields(schema: Schema | undefined): string {
  if (!schema?.properties) throw new Error('job.json has another form than this page expects');
  return table(
    ['field', 'type', 'needed', 'meaning'],
    Object.entries(schema.properties).map(([name, field]) => [
      code(name),
      typeOf(field),
      neededOf(field, schema.required?.includes(name) ?? false),
      field.description ?? '',
    ]),
  );
}

function neededOf({ default: value }: Schema, required: boolean): string {
  if (required) return 'yes';
  return value === undefined ? 'no' : `no; default ${code(JSON.stringify(value))}`;
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum) return schema.enum.map((word) => code(String(word))).join(', ');
  const variants = variantsOf(schema);
  if (variants.length > 0) return variants.every(({ properties }) => properties) ? 'object' : variants.map(typeOf).join(', ');
  if (schema.type === 'array') return `list of ${plural(typeOf(schema.items ?? {}))}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') return `map to ${typeOf(schema.additionalProperties)}`;
  return schema.type ?? 'anything';
}

const plural = (word: string): string => (/^[a-z]+$/.test(word) ? `${word}s` : word);
