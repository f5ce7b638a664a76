/** What terraform tells with `-json`, a line each. https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
export type TerraformMessage =
  | { readonly type: 'diagnostic'; readonly diagnostic: Diagnostic }
  | { readonly type: 'planned_change'; readonly change: { readonly resource: { readonly addr: string }; readonly action: string } }
  | {
      readonly type: 'change_summary';
      readonly changes: { readonly add: number; readonly change: number; readonly remove: number; readonly operation: string };
    }
  | { readonly type: HookType; readonly hook: { readonly resource: { readonly addr: string }; readonly action?: string } }
  | { readonly type: 'other'; readonly text: string };

type HookType = (typeof hookTypes)[number];
const hookTypes = ['apply_start', 'apply_complete', 'apply_errored', 'refresh_start', 'refresh_complete'] as const;

export interface Diagnostic {
  readonly severity: 'error' | 'warning' | (string & {});
  readonly summary: string;
  readonly detail?: string;
  /** The resource that it is about. */
  readonly address?: string;
}

/** Whatever is no message that we know, such as a panic or a line of a newer terraform, comes back as text. */
export function parseMessage(line: string): TerraformMessage {
  const value = parse(line);
  const type = value?.['type'];
  const message = value as unknown as TerraformMessage;
  if (type === 'diagnostic' && typeof at(value, 'diagnostic', 'summary') === 'string') return message;
  if (type === 'planned_change' && typeof at(value, 'change', 'resource', 'addr') === 'string') return message;
  if (type === 'change_summary' && typeof at(value, 'changes', 'add') === 'number') return message;
  if (hookTypes.includes(type as HookType) && typeof at(value, 'hook', 'resource', 'addr') === 'string') return message;
  return { type: 'other', text: typeof value?.['@message'] === 'string' ? value['@message'] : line };
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}

/** How many resources a plan touches. One that is made anew counts twice: it goes, and it comes. */
export interface ChangeCounts {
  readonly add: number;
  readonly change: number;
  readonly remove: number;
}

export const noChanges: ChangeCounts = { add: 0, change: 0, remove: 0 };

export function totalOf({ add, change, remove }: ChangeCounts): number {
  return add + change + remove;
}

/** `27 to add, 1 to remove`. */
export function describeChanges({ add, change, remove }: ChangeCounts): string {
  const parts = [
    [add, 'to add'],
    [change, 'to change'],
    [remove, 'to remove'],
  ].filter(([count]) => Number(count) > 0);
  return parts.length === 0 ? 'nothing to change' : parts.map((words) => words.join(' ')).join(', ');
}

/** What one run of terraform told, gathered line by line. */
export interface Gathered {
  readonly changes: ChangeCounts;
  /** Planned actions by address; what stays as it is, and what is only read, is left out. */
  readonly planned: ReadonlyMap<string, string>;
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  /** What was no message, the last lines of it. */
  readonly said: readonly string[];
}

const KEPT_LINES = 20;

/** @param total how many resources the plan that is applied touches, for "3 of 27". */
export function gatherMessages(report: (text: string) => void, total = 0): { take(line: string): void; result(): Gathered } {
  const planned = new Map<string, string>();
  const errors: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  const said: string[] = [];
  const running: string[] = [];
  let changes = noChanges;
  let done = 0;
  const show = (): void => {
    const now = running.at(-1);
    report([`${done} of ${total}`, ...(now === undefined ? [] : [now])].join(' · '));
  };
  const take = (line: string): void => {
    if (line.trim() === '') return;
    const message = parseMessage(line);
    if (message.type === 'diagnostic') {
      (message.diagnostic.severity === 'error' ? errors : warnings).push(message.diagnostic);
    } else if (message.type === 'planned_change') {
      planned.set(message.change.resource.addr, message.change.action);
    } else if (message.type === 'change_summary') {
      changes = message.changes;
    } else if (message.type === 'apply_start') {
      running.push(`${verbOf(message.hook.action)} ${shownAddress(message.hook.resource.addr)}`);
      show();
    } else if (message.type === 'apply_complete' || message.type === 'apply_errored') {
      const ended = running.findIndex((text) => text.endsWith(` ${shownAddress(message.hook.resource.addr)}`));
      if (ended >= 0) running.splice(ended, 1);
      if (message.type === 'apply_complete') done++;
      show();
    } else if (message.type === 'other') {
      said.push(message.text);
      said.splice(0, said.length - KEPT_LINES);
    }
  };
  return { take, result: () => ({ changes, planned, errors, warnings, said }) };
}

function verbOf(action: string | undefined): string {
  return { create: 'creating', update: 'changing', delete: 'removing', read: 'reading' }[action ?? ''] ?? 'changing';
}

const KINDS: Readonly<Record<string, string>> = {
  ucloud_instance: 'host',
  ucloud_eip: 'address of',
  ucloud_eip_association: 'address of',
  ucloud_vpc: 'network',
  ucloud_subnet: 'subnet',
  ucloud_security_group: 'firewall',
  ucloud_isolation_group: 'isolation group',
  ucloud_vpc_peering_connection: 'peering',
  nomad_job: 'job',
};

/** `module.host["client-1"].ucloud_instance.this` -> `host client-1`. What is not ours is shown as it is. */
export function shownAddress(address: string): string {
  const resource = /(?:^|\.)([a-z]+_[a-z_]+)\.([\w-]+)(?:\[([^\]]*)\])?$/.exec(address);
  const kind = KINDS[resource?.[1] ?? ''];
  if (!resource || kind === undefined) return address;
  const keyed = [...address.matchAll(/\["([^"]+)"\]/g)].at(-1)?.[1];
  const module = [...address.matchAll(/module\.([\w-]+)/g)].at(-1)?.[1];
  const name = keyed ?? (resource[2] === 'this' ? module : resource[2]) ?? '';
  return `${kind} ${name}`.trim();
}
