import { TEMPLATE_FILE, type JobSource } from './find-job.js';
import { nodeValues } from './node-values.js';
import { inputValues, resolveVariables, type VariableInput } from './resolve-variables.js';
import { renderTemplate } from '../../render/template-engine.js';

/** A job's text without asking any cluster: drivers that were not given are the preferred ones. Files are as they are. */
export async function renderOffline(source: JobSource, input: VariableInput): Promise<string> {
  if (source.kind !== 'template') return source.text;
  const { name, manifest, text } = source;
  const values = resolveVariables({
    job: name,
    manifest,
    inputs: await inputValues(manifest, input),
    driver: (variable) => variable.choices?.[0] ?? '',
  });
  return renderTemplate({ file: `${name}/${TEMPLATE_FILE}`, text, values: { ...values, ...nodeValues(manifest) } });
}
