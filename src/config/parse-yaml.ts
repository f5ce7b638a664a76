import { parseDocument, type Document, type LineCounter } from 'yaml';

/** A document with its mistakes in `errors` and `warnings`, and nothing printed: by itself the parser warns on standard error. */
export function parseYaml(text: string, lines?: LineCounter): Document {
  return parseDocument(text, { prettyErrors: false, logLevel: 'silent', ...(lines ? { lineCounter: lines } : {}) });
}
