/**
 * A refusal in the words of another program. UCloud's SDK for Go, on which packer's builder and terraform's provider stand,
 * writes `[server.RetCodeError] 8095 Quota of host is 3`.
 */
export function quotedRefusal(text: string): { readonly retCode: number; readonly message: string } | undefined {
  const found = /RetCodeError\]?[\s:]*(\d{2,6})\s*([^\n]*)/.exec(text);
  return found ? { retCode: Number(found[1]), message: (found[2] ?? '').trim() } : undefined;
}
