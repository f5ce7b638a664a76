/** What one line of `packer -machine-readable` says, as far as we read it. */
export type PackerLine =
  | { readonly kind: 'ui'; readonly level: string; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'artifact'; readonly ids: readonly string[] }
  | { readonly kind: 'other' };

/**
 * `timestamp,target,type,data…`; commas inside data are `%!(PACKER_COMMA)`, line ends `\n` and `\r`.
 * https://developer.hashicorp.com/packer/docs/commands#machine-readable-output
 * Nothing for a line of another form, such as a panic's.
 */
export function readMachineLine(line: string): PackerLine | undefined {
  const [timestamp = '', , type, ...data] = line.split(',');
  if (!/^\d+$/.test(timestamp) || type === undefined) return undefined;
  const values = data.map(plain);
  if (type === 'ui') return { kind: 'ui', level: values[0] ?? '', text: withoutTarget(values.slice(1).join(',')) };
  if (type === 'error') return { kind: 'error', text: values.join(',') };
  if (type === 'artifact' && values[1] === 'id') return { kind: 'artifact', ids: (values[2] ?? '').split(',').filter(Boolean) };
  return { kind: 'other' };
}

function plain(value: string): string {
  return value.replaceAll('%!(PACKER_COMMA)', ',').replaceAll('\\r', '').replaceAll('\\n', '\n');
}

/** Lines are headed by the build's name, of which there is one. */
function withoutTarget(text: string): string {
  return text.replaceAll(/^(==> |--> |\s*)ucloud-uhost: ?/gm, '');
}
