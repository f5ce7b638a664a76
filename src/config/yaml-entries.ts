import { isAlias, isMap, isNode, isScalar, parseDocument, type Document, type LineCounter, type Node, type Pair } from 'yaml';

/** A document with its mistakes in `errors` and `warnings`, and nothing printed: by itself the parser warns on standard error. */
export function parseYaml(text: string, lines?: LineCounter): Document {
  return parseDocument(text, { prettyErrors: false, logLevel: 'silent', ...(lines ? { lineCounter: lines } : {}) });
}

/** One setting of a YAML file, with the place of its key. Keys of nested maps are dotted. */
export interface YamlEntry {
  readonly key: string;
  readonly path: readonly string[];
  readonly value: unknown;
  readonly line: number;
  readonly column: number;
}

/**
 * The settings of a document in their order. A nested map is opened only when it holds one of `known`: otherwise the map's
 * own key is the wrong one, and is reported.
 */
export function entriesOf(document: Document, lines: LineCounter, known: readonly string[]): YamlEntry[] {
  const open = (pairs: readonly Pair[], outer: readonly string[]): YamlEntry[] =>
    pairs.flatMap((pair) => {
      const path = [...outer, keyText(pair)];
      const key = path.join('.');
      const nested = pair.value;
      if (isMap(nested) && known.some((other) => other.startsWith(`${key}.`))) return open(nested.items, path);
      return [{ key, path, value: valueOf(nested, document), ...placeOf(pair, lines) }];
    });
  return isMap(document.contents) ? open(document.contents.items, []) : [];
}

const LONGEST_KEY = 60;

function keyText(pair: Pair): string {
  return (isScalar(pair.key) ? String(pair.key.value) : String(pair.key)).slice(0, LONGEST_KEY);
}

function placeOf(pair: Pair, lines: LineCounter): { line: number; column: number } {
  const range = (pair.key as Node | null)?.range;
  const { line, col } = lines.linePos(range?.[0] ?? 0);
  return { line, column: col };
}

/** Aliases are followed, but not into the exponential trees that a hostile file can make of them. */
function valueOf(node: unknown, document: Document): unknown {
  // A migration may have put a plain value there.
  if (!isNode(node)) return node;
  if (isScalar(node)) return node.value;
  try {
    return (isAlias(node) ? (node.resolve(document) ?? node) : node).toJS(document, { maxAliasCount: 100 });
  } catch (error) {
    return (error as Error).message;
  }
}
