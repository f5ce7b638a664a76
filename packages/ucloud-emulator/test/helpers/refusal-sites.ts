import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { BLANK } from './message-pattern.js';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
/** Where refusals are made, and none is thrown. */
const FACTORY = 'params/refusal.ts';

/** Every place of the source that refuses a request: the file, and the message with blanks for what is put into it. */
export function refusalSites(): string[] {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && file !== FACTORY);
  const seen = new Map<string, number>();
  return files.sort().flatMap((file) =>
    messagesIn(file).map((message) => {
      const site = `${file}: ${message}`;
      const times = (seen.get(site) ?? 0) + 1;
      seen.set(site, times);
      return times === 1 ? site : `${site} (${times})`;
    }),
  );
}

/** A refusal is thrown where it is made: anything else that makes one fails here, so that none is overlooked. */
function messagesIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(SRC + file, 'utf8'), ts.ScriptTarget.Latest, true);
  const messages: string[] = [];
  const visit = (node: ts.Node): void => {
    const message = messageOf(node);
    if (message !== undefined) {
      if (!ts.isThrowStatement(node.parent)) throw new Error(`${file} makes a refusal without throwing it: ${node.getText()}`);
      messages.push(message);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return messages;
}

function messageOf(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && node.expression.getText() === 'Refusal') return textOf(node.arguments?.[1]);
  if (!ts.isCallExpression(node)) return undefined;
  const [name, why] = node.arguments;
  if (node.expression.getText() === 'missing') return `Missing params [${textOf(name)}]`;
  if (node.expression.getText() === 'invalid') return `Params [${textOf(name)}] not valid: ${textOf(why)}`;
  return undefined;
}

function textOf(node: ts.Expression | undefined): string {
  if (node && ts.isStringLiteralLike(node)) return node.text;
  if (!node || !ts.isTemplateExpression(node)) return BLANK;
  return node.head.text + node.templateSpans.map(({ literal }) => BLANK + literal.text).join('');
}
