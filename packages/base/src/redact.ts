/** Takes registered secrets out of text before it reaches a terminal or a log. */
export interface Redactor {
  /** Register a secret the moment it is read. Values under four characters are ignored: hiding them would hide everything. */
  add(secret: string): void;
  (text: string): string;
}

export const MASK = '[redacted]';
const SHORTEST = 4;
/** Pieces of a secret are only masked when they are long enough to be nothing else. */
const SHORTEST_PIECE = 8;

export function createRedactor(): Redactor {
  const forms = new Set<string>();
  // Made when it is first needed: a cluster's secrets come by the dozen, and each makes many forms.
  let pattern: RegExp | undefined;
  const add = (secret: string): void => {
    if (secret.length < SHORTEST) return;
    for (const part of [secret, ...linesOf(secret)]) for (const form of formsOf(part)) forms.add(form);
    pattern = undefined;
  };
  const redact = (text: string): string => (forms.size === 0 ? text : text.replace((pattern ??= patternOf(forms)), MASK));
  return Object.assign(redact, { add });
}

/** Longest first, so that a secret that contains another one leaves nothing behind. */
function patternOf(forms: ReadonlySet<string>): RegExp {
  const sorted = [...forms].sort((a, b) => b.length - a.length);
  return new RegExp(sorted.map(escapeForPattern).join('|'), 'g');
}

/** Logs are written line by line, so a key of several lines is never seen as a whole. Its frame lines are no secret. */
function linesOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= SHORTEST_PIECE && !line.startsWith('-----'));
  return lines.length > 1 ? lines : [];
}

/** A secret also shows up JSON-escaped, URL-encoded and in base64; each form is masked. */
function formsOf(secret: string): string[] {
  // Half of a surrogate pair cannot be URL-encoded; through a buffer it becomes a replacement character, as in any output.
  const wellFormed = Buffer.from(secret).toString();
  const url = encodeURIComponent(wellFormed);
  return [
    secret,
    wellFormed,
    JSON.stringify(secret).slice(1, -1),
    url,
    url.replace(/%../g, (code) => code.toLowerCase()),
    url.replaceAll('%20', '+'),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    ...insideBase64(secret),
  ];
}

/** What is sure to show in the base64 of a longer text, such as `user:secret`, by the three ways that bytes can fall into its groups. */
function insideBase64(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const own = (encoded: string): string =>
      encoded.replace(/=+$/, '').slice(Math.ceil((offset * 8) / 6), Math.floor((shifted.length * 8) / 6));
    return [own(shifted.toString('base64')), own(shifted.toString('base64url'))].filter((form) => form.length >= SHORTEST_PIECE);
  });
}

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
