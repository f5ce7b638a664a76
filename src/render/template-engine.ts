import Handlebars from 'handlebars';
import { ConfigError } from '@nomadctl/base/errors';
import type { Json } from '@nomadctl/base/json';
import { reasonOf } from '@nomadctl/base/reason';

/**
 * The one Handlebars of nomadctl. It escapes nothing by itself (HCL is not HTML), refuses unknown variables, and leaves
 * Nomad's own double braces alone inside a raw block: `{{{{raw}}}} … {{{{/raw}}}}`.
 */
const engine = Handlebars.create();

const helpers: Readonly<Record<string, (...values: never[]) => unknown>> = {
  /** A quoted HCL string, or a list of them; several values make one string. Interpolation inside a value stays literal text. */
  hcl: (...args: unknown[]) => {
    // The last one is Handlebars' own.
    const values = args.slice(0, -1);
    return hclOf(values.length === 1 ? values[0] : values.map(String).join(''));
  },
  json: (value: unknown) => JSON.stringify(value),
  sum: (...args: unknown[]) => args.slice(0, -1).reduce((total: number, value) => total + Number(value), 0),
  eq: (left: unknown, right: unknown) => left === right,
  raw: function (this: unknown, options: { fn: (context: unknown) => string }) {
    return options.fn(this);
  },
};
for (const [name, helper] of Object.entries(helpers)) engine.registerHelper(name, helper as Handlebars.HelperDelegate);

function hclOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(hclOf).join(', ')}]`;
  if (typeof value !== 'string') return String(value);
  // HCL knows neither \b nor \f. https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#quoted-templates
  return JSON.stringify(value)
    .replace(/\\(.)/g, (escape, letter) => (letter === 'b' ? '\\u0008' : letter === 'f' ? '\\u000c' : escape))
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{');
}

export interface TemplateRequest {
  /** For messages. */
  readonly file: string;
  readonly text: string;
  readonly values: Readonly<Record<string, Json | undefined>>;
  /** Pieces that it takes in with `{{> name}}`, by name. */
  readonly partials?: Readonly<Record<string, string>>;
  /** Where its variables are declared, for messages. Default: `job.json`. */
  readonly declaredIn?: string;
}

/** @throws ConfigError `template-invalid` for a template that does not compile or names a variable without a value */
export function renderTemplate({ file, text, values, partials = {}, declaredIn = 'job.json' }: TemplateRequest): string {
  const invalid = (why: string, cause?: unknown): ConfigError =>
    new ConfigError(`${file} cannot be rendered`, { code: 'template-invalid', why, cause });
  let unknown: string[];
  try {
    unknown = [text, ...Object.values(partials)].flatMap(namesIn).filter((name) => !(name in values) && !(name in partials));
  } catch (cause) {
    throw invalid(reasonOf(cause), cause);
  }
  // Strict mode misses variables that only appear in a condition.
  if (unknown.length > 0) throw invalid(`it uses ${unknown.join(', ')}, which ${declaredIn} does not declare`);
  try {
    return engine.compile(text, { noEscape: true, strict: true })(values, { partials: { ...partials } });
  } catch (cause) {
    throw invalid(reasonOf(cause), cause);
  }
}

/** Names of the variables that a template uses, each once. */
export function namesIn(text: string): string[] {
  const names = new Set<string>();
  // `{{#each members as |member|}}`: a name of the block's own.
  const bound = new Set<string>();
  const visitor = new Handlebars.Visitor();
  const inside = visitor.Program.bind(visitor);
  visitor.Program = (program: hbs.AST.Program) => {
    for (const name of program.blockParams ?? []) bound.add(name);
    inside(program);
  };
  visitor.PathExpression = (path: hbs.AST.PathExpression) => {
    if (!path.data && path.original !== 'this' && !(path.original in helpers) && !(path.original in engine.helpers))
      names.add(path.parts[0] ?? path.original);
  };
  visitor.accept(engine.parse(text));
  return [...names].filter((name) => !bound.has(name));
}
