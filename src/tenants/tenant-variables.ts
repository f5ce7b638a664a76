import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import { splitWord } from '../jobs/catalogue/resolve-variables.js';
import { valueOfWord, valueProblem } from '../jobs/catalogue/variable-value.js';
import type { TenantTemplate } from './tenant-template.js';

/** Words `name=value`, each for every job of the template that declares it. @throws UsageError `variable-invalid` with every problem */
export function checkedVariables(template: TenantTemplate, words: readonly string[]): string[] {
  const declared = template.jobs.flatMap(({ source }) => source.manifest.variables);
  const names = [...new Set(declared.map(({ name }) => name))];
  const problems = words.flatMap((word) => {
    const [name, value] = splitWord(word);
    const variables = declared.filter((variable) => variable.name === name);
    if (variables.length === 0) return [`${name}: ${template.name} has no such variable${didYouMean(name, names)}`];
    return variables.flatMap((variable) => {
      const problem = valueProblem(variable, valueOfWord(variable, value) as never);
      return problem ? [`${name}: ${problem}`] : [];
    });
  });
  if (problems.length === 0) return [...words];
  throw new UsageError(`tenants of ${template.name}: ${problems.length === 1 ? problems[0] : `${problems.length} variables are wrong`}`, {
    code: 'variable-invalid',
    why: problems.length === 1 ? `it has ${names.join(', ') || 'none'}` : problems,
    next: nomadctl`tenant create --help`,
  });
}
