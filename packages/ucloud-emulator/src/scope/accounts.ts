import { createHash, randomBytes } from 'node:crypto';
import { matchesAction } from './match-action.js';
import { Refusal, retCodes } from '../params/refusal.js';

/** Who pays: owns projects, and has keys with rights to them. */
export interface Account {
  readonly name: string;
  readonly projects: readonly Project[];
  readonly keys: readonly Key[];
}

export interface Project {
  readonly id: string;
  readonly name: string;
}

/** A key pair of the API, with what it may do. Absent lists mean "everything". */
export interface Key {
  readonly publicKey: string;
  readonly privateKey: string;
  /** Names, or beginnings such as `Describe*`. */
  readonly actions?: readonly string[] | undefined;
  readonly regions?: readonly string[] | undefined;
  readonly projects?: readonly string[] | undefined;
}

export interface Caller {
  readonly account: Account;
  readonly key: Key;
}

/** An account with one project and one key that may do everything. The keys are made up anew. */
export function defaultAccount(): Account {
  const word = (bytes: number): string => randomBytes(bytes).toString('base64url').replaceAll(/[-_]/g, 'x');
  return {
    name: 'local',
    projects: [{ id: `org-${randomBytes(3).toString('hex')}`, name: 'Default' }],
    keys: [{ publicKey: `emulator-${word(18)}`, privateKey: word(30) }],
  };
}

export function findCaller(accounts: readonly Account[], publicKey: string): Caller | undefined {
  for (const account of accounts) {
    const key = account.keys.find((candidate) => candidate.publicKey === publicKey);
    if (key) return { account, key };
  }
  return undefined;
}

/** @throws Refusal 292 for a project that is not the account's, 299 for one that the key has no right to, 230 for such a region. */
export function checkPlace(
  { account, key }: Caller,
  { region, project }: { readonly region: string | undefined; readonly project: string },
): void {
  if (!account.projects.some(({ id }) => id === project)) throw new Refusal(retCodes.projectUnknown, `Project [${project}] not exists`);
  if (key.projects && !key.projects.includes(project)) throw new Refusal(retCodes.forbidden, `No permission for project [${project}]`);
  if (region !== undefined && key.regions && !key.regions.includes(region))
    throw new Refusal(retCodes.paramInvalid, `Params [Region] not available: no permission for ${region}`);
}

/** @throws Refusal 299 */
export function checkAction({ key }: Caller, action: string): void {
  if (key.actions && !key.actions.some((pattern) => matchesAction(pattern, action)))
    throw new Refusal(retCodes.forbidden, `No permission for action [${action}]`);
}

/** The projects that a key may see. */
export function projectsOf({ account, key }: Caller): readonly Project[] {
  return account.projects.filter(({ id }) => key.projects?.includes(id) ?? true);
}

/** UCloud numbers its accounts. */
export function accountNumber({ name }: Account): number {
  return 50_000_000 + (createHash('sha256').update(name).digest().readUInt32BE() % 10_000_000);
}

/** example.com is nobody's: https://www.rfc-editor.org/rfc/rfc2606 */
export const emailOf = (name: string): string => `${name.replaceAll(/[^\w.-]/g, '-')}@example.com`;
