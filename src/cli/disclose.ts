import { openDocument } from '@nomadctl/base/secret/open-document';
import type { Disclosure } from '../commands/command.js';

/** The door to standard output: for the results of commands that are asked for secrets, and nothing else. */
export function disclosed({ text, data }: Disclosure, { json }: { readonly json: boolean }): string {
  return json ? openDocument(data, 2) : text.map((part) => (typeof part === 'string' ? part : openDocument(part))).join('');
}
