import ts from 'typescript';
import { expect, test } from 'vitest';
import { commands } from '../../../src/commands/index.js';
import { sourceFiles, visit, whereIs } from '../../helpers/hint-sites.js';

const names = commands.map(({ name }) => name).join('|');
const OURS = new RegExp(`\\bnomadctl (${names})\\b`);
/** A command of a command in quotes, without our name: nobody can paste it. */
const BARE = /"(job|config|images|tools|mirror|access) [a-z]+( --[a-z-]+)?"/;
/** Programs that hints name; a word that follows makes a command of them. */
const OTHERS =
  /(^|[`"\s(])(sudo|apt-get|dnf|kill|ls|mv|rm|docker (ps|pull|rm|context)|terraform (init|apply|providers)|packer (validate|build)|nomad (job|node|operator|namespace)|consul (members|operator)|ssh|sysctl|unset|systemctl) \S/;
const RENDERED = 'a command is nomadctl`…`, rendered';
const TAGS = ['nomadctl', 'shell', 'asRoot'];
/** Texts that tell of commands and are none to paste: documentation, and what is recorded of a run. */
const TELLING = ['examples', 'about', 'summary', 'command', 'plan', 'from', 'Message', 'comment', 'pattern'];
const PLACES = [
  // First lines of files that we write, which name their cluster.
  'src/config/generated-mark.ts',
  'src/config/render-cluster-file.ts',
  // What journals and locks say of a run, and who reads it there.
  'src/commands/down.ts',
  'src/commands/job/job-input.ts',
  'src/targets/cluster-overview.ts',
  // Where a choice is from, and documentation.
  'src/config/current-cluster.ts',
  'src/commands/use.ts',
  'src/ucloud/settings/options.ts',
  'packages/ucloud-emulator/src/actions/describe-actions.ts',
  // The scripts of completion, and the first lines of the help, which is printed before there is a cluster.
  'src/commands/completion-scripts.ts',
  'src/cli/program.ts',
];

function isHintPlace(node: ts.Node): boolean {
  const { parent } = node;
  return (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent)) && parent.name.getText() === 'next';
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('\u0000');
  return undefined;
}

function tagOf(node: ts.Node): string | undefined {
  return ts.isTaggedTemplateExpression(node.parent) && ts.isIdentifier(node.parent.tag) ? node.parent.tag.text : undefined;
}

function isTelling(node: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    if (ts.isPropertyAssignment(at) && TELLING.includes(at.name.getText())) return true;
    if (
      ts.isVariableDeclaration(at) &&
      ['options', 'command', 'RECORDED'].includes(at.name.getText()) &&
      !ts.isObjectLiteralExpression(node)
    )
      return true;
    if (ts.isTypeNode(at) || ts.isImportDeclaration(at)) return true;
  }
  return false;
}

function problemsIn(file: ts.SourceFile): string[] {
  const found: string[] = [];
  visit(file, (node) => {
    const text = textOf(node);
    if (text === undefined || TAGS.includes(tagOf(node) ?? '')) return;
    const place = `${whereIs(node)}  ${text.slice(0, 100)}`;
    if (isHintPlace(node) && !tagOf(node)) found.push(`${place}: a hint is nomadctl\`…\`, shell\`…\` or hint\`…\``);
    else if (tagOf(node) === 'hint' && (OURS.test(text) || OTHERS.test(text)))
      found.push(`${place}: a command inside prose is a template of its own`);
    else if ((OURS.test(text) || BARE.test(text)) && tagOf(node) !== 'hint' && !isTelling(node)) found.push(`${place}: ${RENDERED}`);
  });
  return found;
}

const parse = (text: string): ts.SourceFile => ts.createSourceFile('src/example.ts', text, ts.ScriptTarget.Latest, true);

test('no command is written by hand', () => {
  const files = sourceFiles();
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((file) =>
    problemsIn(file).filter((problem) => !PLACES.includes(file.fileName) || !problem.endsWith(RENDERED)),
  );
  expect(found).toEqual([]);
});

test.each([
  ["const error = { next: 'try again' };"],
  ['const error = { next: `nomadctl up ${name}` };'],
  ['const next = `ls ${path}`;'],
  ['const error = { next: hint`first nomadctl list` };'],
  ['const error = { next: hint`then kill ${pid}` };'],
  ["warn('nomadctl init writes it');"],
  ['text.push(`Next: nomadctl up ${name}`);'],
  ["const error = { why: 'nomadctl init writes it' };"],
  ['text.push(\'"job scale --fail-deployment" ends it\');'],
])('%s is found', (text) => {
  expect(problemsIn(parse(text))).toHaveLength(1);
});

test.each([
  ['const error = { next: nomadctl`up ${name}` };'],
  ['const error = { next: hint`${nomadctl`list`}, then ${shell`ls ${path}`}` };'],
  ["const command = { examples: ['nomadctl up'] };"],
])('%s is right', (text) => {
  expect(problemsIn(parse(text))).toEqual([]);
});
