/** The first block of PEM with this label in what a program wrote; nothing when there is none. */
export function pemBlockIn(text: string, label: string): string | undefined {
  const found = new RegExp(`^-----BEGIN ${label}-----\\n[A-Za-z0-9+/=\\n]+-----END ${label}-----$`, 'm').exec(text)?.[0];
  return found === undefined ? undefined : `${found}\n`;
}
