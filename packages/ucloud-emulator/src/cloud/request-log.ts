/** What was asked and answered, newest last; the oldest go when there are too many. */
export interface RequestEntry {
  readonly number: number;
  /** Real time, ISO 8601. */
  readonly at: string;
  /** The cloud's own time, ISO 8601. */
  readonly cloudTime: string;
  readonly action: string;
  readonly params: Readonly<Record<string, string>>;
  readonly httpStatus: number;
  /** Absent where no JSON was answered. */
  readonly retCode?: number;
  readonly message?: string;
  readonly ms: number;
  /** Kinds of the faults that struck it. */
  readonly faults: readonly string[];
}

export interface RequestLog {
  add(entry: Omit<RequestEntry, 'number' | 'params'> & { readonly params: ReadonlyMap<string, string> }): void;
  list(filter?: { readonly action?: string | undefined; readonly after?: number | undefined }): readonly RequestEntry[];
  clear(): void;
}

const CAPACITY = 2000;
const SECRETS = /^(Password|PrivateKey|UserCert|SSLContent|SecurityToken|Signature)$/;
/** Longer values, such as user data, are cut: the log must stay small. */
const LONGEST_VALUE = 1000;
const SEPARATOR = '\u0000';

interface KeptEntry extends Omit<RequestEntry, 'params'> {
  /** Names and values in one text: thousands of maps would cost the collector of garbage more than the requests do. */
  readonly params: string;
}

export function createRequestLog(): RequestLog {
  // A ring: moving 2000 entries for each request would show in the time that requests take.
  const ring: (KeptEntry | undefined)[] = [];
  let count = 0;
  let first = 1;
  return {
    add(entry) {
      ring[count % CAPACITY] = { ...entry, params: keep(entry.params), number: ++count };
    },
    list({ action, after = 0 } = {}) {
      const entries: RequestEntry[] = [];
      for (let number = Math.max(first, count - CAPACITY + 1, after + 1); number <= count; number++) {
        const entry = ring[(number - 1) % CAPACITY];
        if (entry && (action === undefined || entry.action === action)) entries.push(shown(entry));
      }
      return entries;
    },
    clear() {
      ring.length = 0;
      first = count + 1;
    },
  };
}

function keep(params: ReadonlyMap<string, string>): string {
  const parts: string[] = [];
  for (const [name, value] of params)
    parts.push(name, SECRETS.test(name) ? '[redacted]' : value.slice(0, LONGEST_VALUE).replaceAll(SEPARATOR, ' '));
  return parts.join(SEPARATOR);
}

function shown({ params, ...entry }: KeptEntry): RequestEntry {
  const parts = params === '' ? [] : params.split(SEPARATOR);
  const pairs = Array.from({ length: parts.length / 2 }, (_, index) => [parts[2 * index], parts[2 * index + 1]] as const);
  return { ...entry, params: Object.fromEntries(pairs) };
}
