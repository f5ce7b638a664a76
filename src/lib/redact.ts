/** Takes registered secrets out of text before it reaches a terminal or a log. */
export interface Redactor {
  /** Register a secret the moment it is read. Values under four characters are ignored: hiding them would hide everything. */
  add(secret: string): void;
  (text: string): string;
}

const MASK = '[redacted]';

/** A secret also shows up JSON-escaped, URL-encoded and in base64; each form is masked. */
function formsOf(secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
  ];
}

export function createRedactor(): Redactor {
  const forms = new Set<string>();
  const redact = (text: string): string => {
    let clean = text;
    for (const form of forms) clean = clean.replaceAll(form, MASK);
    return clean;
  };
  const add = (secret: string): void => {
    if (secret.length < 4) return;
    for (const form of formsOf(secret)) forms.add(form);
    // Longest first, so that a secret that contains another one leaves nothing behind.
    const sorted = [...forms].sort((a, b) => b.length - a.length);
    forms.clear();
    for (const form of sorted) forms.add(form);
  };
  return Object.assign(redact, { add });
}
