import { isCollection, isMap, isScalar, LineCounter, stringify, type Document, type Node } from 'yaml';
import type { OptionValue } from '../options/option.js';
import { entriesOf, parseYaml } from './yaml-entries.js';

/**
 * Sets one key in YAML text. Everything else stays as it was written: a value on one line is replaced in place, a new
 * key goes to the end; only where neither is possible is the document written again (comments stay then too).
 * Expects text that parses.
 */
export function setInYaml(text: string, key: string, value: OptionValue): string {
  const path = key.split('.');
  const document = parseYaml(text);
  const node = document.getIn(path, true) as Node | undefined;
  const edited = node === undefined ? append({ text, document }, path, value) : splice(text, node, value);
  if (edited !== undefined && sameValue(edited, key, value)) return edited;
  setNode(document, path, value);
  return document.toString({ lineWidth: 0 });
}

function splice(text: string, node: Node, value: OptionValue): string | undefined {
  const onOneLine = (isScalar(node) && !String(node.type).startsWith('BLOCK')) || (isCollection(node) && node.flow === true);
  const [start, end] = node.range ?? [];
  if (!onOneLine || start === undefined || end === undefined || start === end) return undefined;
  return `${text.slice(0, start)}${inline(value)}${text.slice(end)}`;
}

/** A new key goes to the end, unless its map is there already. */
function append({ text, document }: { text: string; document: Document }, path: readonly string[], value: OptionValue): string | undefined {
  const { contents } = document;
  if (!isMap(contents) || contents.flow === true || contents.has(path[0])) return undefined;
  const lines = path.map((part, depth) => `${'  '.repeat(depth)}${part}:${depth === path.length - 1 ? ` ${inline(value)}` : ''}\n`);
  return `${text}${text.endsWith('\n') ? '' : '\n'}${lines.join('')}`;
}

function inline(value: OptionValue): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
}

function setNode(document: Document, path: readonly string[], value: OptionValue): void {
  const node = document.createNode(value, { flow: true });
  document.setIn(path, node);
  const top = document.contents;
  // A map made for a dotted key is written over several lines, as people write it.
  if (isMap(top)) for (const { value: inner } of top.items) if (isMap(inner) && (inner.range ?? null) === null) inner.flow = false;
}

/** Splicing is checked rather than trusted: anchors, tags and odd indentation have their own ideas. */
function sameValue(text: string, key: string, value: OptionValue): boolean {
  const lines = new LineCounter();
  const document = parseYaml(text, lines);
  const found = entriesOf(document, lines, [key]).find((entry) => entry.key === key);
  return document.errors.length === 0 && JSON.stringify(found?.value) === JSON.stringify(value);
}
