import type { Action } from './action.js';
import { absences } from './absent-actions.js';
import { actions, products } from './index.js';
import type { Param } from '../params/param.js';

export interface ActionDescription {
  readonly name: string;
  readonly summary: string;
  readonly params: readonly ParamDescription[];
}

export interface ParamDescription {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  /** Choices, range, form and default, in words. */
  readonly rules: string;
}

/** The supported actions as data, from their tables. */
export function describeActions(): readonly ActionDescription[] {
  return actions.map(describeAction);
}

function describeAction({ name, summary, params }: Action): ActionDescription {
  return { name, summary, params: Object.entries(params).flatMap(([key, param]) => describeParam(key, param)) };
}

function describeParam(name: string, param: Param<unknown>): ParamDescription[] {
  if (param.item) {
    const items = describeParam(`${name}.N`, param.item);
    return items.map((item) =>
      param.item?.fields ? { ...item, required: param.required && item.required } : { ...item, required: param.required },
    );
  }
  if (param.fields) return Object.entries(param.fields).flatMap(([key, field]) => describeParam(`${name}.${key}`, field));
  return [{ name, type: param.type, required: param.required, rules: rulesOf(param) }];
}

const UNREMARKABLE = 4096;

function rulesOf({ type, choices, min, max, form, fallback }: Param<unknown>): string {
  const rules: string[] = [];
  if (choices) rules.push(choices.join(', '));
  if (type === 'integer' || type === 'number') rules.push(`${min} to ${max}`);
  if (type === 'text' && max !== undefined && max < UNREMARKABLE)
    rules.push(min ? `${min} to ${max} characters` : `at most ${max} characters`);
  if (form) rules.push(form);
  if (fallback !== undefined && fallback !== '') rules.push(`default ${String(fallback)}`);
  return rules.join('; ');
}

/** The page of supported actions, as Markdown. */
export function actionsPage(): string {
  const lines = [
    '# Actions of `nomadctl emulator`',
    '',
    `${actions.length} actions. This page is made from the parameter tables in \`packages/ucloud-emulator/src/actions/\`; \`Region\` and \`ProjectId\` go with every one,`,
    'parameters that are not named here are ignored. Prices are made up, in the order of magnitude of the real ones.',
    ...products.flatMap((product) => ['', `## ${product.title}`, ...product.actions.map(describeAction).flatMap(section)]),
  ];
  return `${[...lines, ...absentSection()].join('\n')}\n`;
}

function absentSection(): string[] {
  const listed = absences.map(([why, names]) => `- ${names.map((name) => `\`${name}\``).join(', ')}: ${why}`);
  return ['', '## Not emulated', '', 'Actions of these products that answer 161, and say why:', '', ...listed];
}

function section({ name, summary, params }: ActionDescription): string[] {
  const heading = ['', `### ${name}`, '', summary];
  if (params.length === 0) return [...heading, '', 'No parameters of its own.'];
  return [...heading, '', ...params.map(line)];
}

function line({ name, type, required, rules }: ParamDescription): string {
  return `- \`${name}\`, ${type}${required ? ', required' : ''}${rules === '' ? '' : `: ${rules}`}`;
}
