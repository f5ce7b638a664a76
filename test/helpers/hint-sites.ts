import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { root, sourceFiles as allFiles } from './house.js';

/** A command in the source: its words, with samples for what is filled in when it runs. */
export interface HintSite {
  readonly where: string;
  readonly program: 'nomadctl' | 'shell' | 'asRoot';
  readonly pieces: readonly string[];
  readonly values: readonly (string | readonly string[] | 'given job')[];
}

const TAGS = ['nomadctl', 'shell', 'asRoot'];
/** A value that no shell leaves as it is. */
export const SAMPLE = "a 'b' $c";

/** Lists whose words are commands, flags or names of ours: what stands in for them. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  words: [SAMPLE, '--namespace', 'team'],
  'jobWords(first, namespace)': [SAMPLE, '--namespace', 'team'],
  flags: ['--clients', '3'],
  missing: ['consul', 'nomad'],
  names: ['A', 'B'],
  asked: ['--version', '1.2.3'],
  'known.slice(0, 1)': ['job'],
  "replaceHosts.flatMap((host) => ['--replace-host', host])": ['--replace-host', 'client-1'],
  "path.split(' ').slice(1)": ['up'],
  'dispatchWords(spec)': ['-meta', 'key=<value>'],
  'payloadWords(spec)': [],
};
/** As above, where one name means different things; a word stands for a part of one, too. */
const OF_FILE: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> = {
  'src/commands/status.ts': { words: ['down', SAMPLE, '--wait-network'] },
  'src/commands/emulator.ts': { flag: ['--port'] },
  'src/config/choose-target.ts': { 'requested.id': ['local'] },
  'packages/ucloud-emulator/src/machines/open-machines.ts': { before: ['none'] },
  'src/mirror/put-release.ts': { tool: 'consul' },
  'src/options/init-command.ts': { words: ['--target', 'ucloud', '--from', SAMPLE] },
  'src/ucloud/security/profile.ts': { made: 'plain', profile: 'secure' },
  'src/state/backend/open-backend.ts': { missing: 'address', 'place.backend': 'consul' },
  'src/programs/system-packages.ts': { words: ['apt-get', 'install', 'x'] },
};

export function sourceFiles(): ts.SourceFile[] {
  const paths = allFiles().map((path) => join(root, path));
  return paths.map((path) => ts.createSourceFile(relative(root, path), readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true));
}

export function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

export function whereIs(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

/** Every command that a hint can hold, out of the sources. */
export function hintSites(files: readonly ts.SourceFile[]): HintSite[] {
  const sites: HintSite[] = [];
  for (const file of files) {
    visit(file, (node) => {
      if (!ts.isTaggedTemplateExpression(node) || !ts.isIdentifier(node.tag) || !TAGS.includes(node.tag.text)) return;
      sites.push({ where: whereIs(node), program: node.tag.text as HintSite['program'], ...partsOf(node.template) });
    });
  }
  return sites;
}

/** Every command inside prose, hint`${again()}   goes on`, with the prose that follows it. */
export function afterCommands(files: readonly ts.SourceFile[]): { readonly where: string; readonly after: string }[] {
  const found: { where: string; after: string }[] = [];
  for (const file of files) {
    visit(file, (node) => {
      if (!ts.isTaggedTemplateExpression(node) || node.tag.getText() !== 'hint' || !ts.isTemplateExpression(node.template)) return;
      for (const { expression, literal } of node.template.templateSpans)
        if (isCommand(expression)) found.push({ where: whereIs(node), after: literal.text });
    });
  }
  return found;
}

/** Every command that a sentence has inside, `to make it: ${renderHint(…)}`, with the prose that follows it. */
export function afterRendered(files: readonly ts.SourceFile[]): { readonly where: string; readonly after: string }[] {
  const found: { where: string; after: string }[] = [];
  for (const file of files.filter(rendersHints)) {
    const rendered = namesOfRendered(file);
    visit(file, (node) => {
      if (!ts.isTemplateExpression(node)) return;
      for (const { expression, literal } of node.templateSpans)
        if (isRendering(expression) || (ts.isIdentifier(expression) && rendered.has(expression.text)))
          found.push({ where: whereIs(node), after: literal.text });
    });
  }
  return found;
}

/** Every place that makes a line of a hint, and whether it knows the command that was given: without, cluster and program are lost. */
export function renderings(files: readonly ts.SourceFile[]): { readonly where: string; readonly knowsGiven: boolean }[] {
  const found: { where: string; knowsGiven: boolean }[] = [];
  for (const file of files.filter(rendersHints))
    visit(file, (node) => {
      if (isRendering(node)) found.push({ where: whereIs(node), knowsGiven: node.arguments.length > 1 });
    });
  return found;
}

function namesOfRendered(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  visit(file, (node) => {
    if (ts.isVariableDeclaration(node) && node.initializer && isRendering(node.initializer)) names.add(node.name.getText());
  });
  return names;
}

const rendersHints = ({ text }: ts.SourceFile): boolean => text.includes('renderHint(');

function isRendering(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) && node.expression.getText() === 'renderHint';
}

/** Of ours: what another program is told may go on in quotes. */
function isCommand(expression: ts.Expression): boolean {
  return (
    (ts.isTaggedTemplateExpression(expression) && expression.tag.getText() === 'nomadctl') ||
    (ts.isCallExpression(expression) && expression.expression.getText() === 'again')
  );
}

function partsOf(template: ts.TemplateLiteral): Pick<HintSite, 'pieces' | 'values'> {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return { pieces: [template.text], values: [] };
  return {
    pieces: [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)],
    values: template.templateSpans.map(({ expression }) => sampleOf(expression)),
  };
}

function sampleOf(expression: ts.Expression): HintSite['values'][number] {
  const text = expression.getText();
  if (text === 'GIVEN_JOB') return 'given job';
  const known = OF_FILE[expression.getSourceFile().fileName]?.[text] ?? LISTS[text];
  if (known) return known;
  if (ts.isStringLiteral(expression)) return expression.text;
  if (ts.isArrayLiteralExpression(expression)) return expression.elements.flatMap((element) => sampleOf(element));
  if (ts.isConditionalExpression(expression)) {
    const [one, two] = [sampleOf(expression.whenTrue), sampleOf(expression.whenFalse)];
    return one.length === 0 ? two : one;
  }
  if (/^toDestroy\.flatMap/.test(text)) return ['--replace-host', SAMPLE];
  if (/^foreign\.flatMap/.test(text)) return ['--service', SAMPLE];
  if (/^Object\.entries\(changes\)/.test(text)) return ['clients', '3', 'zones', ''];
  return SAMPLE;
}
