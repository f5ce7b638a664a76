import { resolve } from 'node:path';
import type { FileSource } from '../../jobs/catalogue/find-job.js';
import { declaredVariables, type DeclaredVariable } from '../../jobs/parse/declared-variables.js';
import { nomadProgram } from '../../jobs/parse/nomad-program.js';
import { isForApi } from '../../jobs/parse/parse-job-text.js';
import { refusalOf } from '../../jobs/parse/refusal.js';
import type { Context } from '../../context.js';
import { alignRows } from '@nomadctl/base/table';
import type { CommandResult } from '../command.js';

function asData({ default: value, ...variable }: DeclaredVariable): object {
  return value === undefined ? variable : { ...variable, default: JSON.parse(value) as unknown };
}

/** What `job show` tells of a job file, as Nomad reads it. @throws ConfigError with what Nomad refuses */
export async function showFile({ name, path, text, folder }: FileSource, ctx: Context): Promise<CommandResult> {
  const json = isForApi(text);
  const { variables, problems } = json
    ? { variables: [], problems: [] }
    : await declaredVariables(ctx, { program: await nomadProgram(ctx, undefined), text, folder });
  if (problems.length > 0)
    throw refusalOf(problems, {
      job: name,
      variables: { words: {}, files: [] },
      lookedIn: folder === undefined ? resolve('.') : undefined,
    });
  const rows = variables.map((variable) => [`  ${variable.name}`, variable.type, variable.default ?? 'must be given']);
  return {
    data: { name, path, kind: json ? 'json' : 'hcl', variables: variables.map(asData) },
    text: [
      `${name} · job file (${json ? 'JSON' : 'HCL'})`,
      ...(rows.length > 0 ? ['', 'Variables', ...alignRows(rows)] : ['It declares no variables.']),
    ].join('\n'),
  };
}
