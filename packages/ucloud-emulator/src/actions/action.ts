import type { ParamTable, Values } from '../params/param.js';
import type { Scope } from '../scope/scope.js';

/** What an action answers besides `Action` and `RetCode`. */
export type Payload = Readonly<Record<string, unknown>>;

/** A whole answer in ASCII: for lists that are asked for often and seldom change. UCloud's own fields begin with a capital letter. */
export interface ReadyAnswer {
  readonly answer: string | Buffer;
}

/**
 * One action of the API. Its handler is synchronous, so that requests can never see each other half-done, and writes
 * through the scope: all of what it wrote is kept, or nothing when it throws.
 */
export interface Action {
  readonly name: string;
  /** A few words for the page of supported actions. */
  readonly summary: string;
  readonly params: ParamTable;
  /** Reads can be made to answer with the past (stale describe). */
  readonly effect: 'read' | 'write';
  /** True for what answers without a region: lists of regions and projects. */
  readonly global: boolean;
  handle(values: Readonly<Record<string, unknown>>, scope: Scope): Payload | ReadyAnswer;
}

interface ActionSpec<T extends ParamTable> {
  readonly name: string;
  readonly summary: string;
  readonly params: T;
  readonly effect?: 'read' | 'write';
  readonly global?: boolean;
  /** @throws Refusal */
  handle(values: Values<T>, scope: Scope): Payload | ReadyAnswer | void;
}

const READS = /^(Describe|Get|Check|List)/;

export function defineAction<T extends ParamTable>({ handle, ...spec }: ActionSpec<T>): Action {
  return {
    effect: READS.test(spec.name) ? 'read' : 'write',
    global: false,
    ...spec,
    handle: (values, scope) => handle(values as Values<T>, scope) ?? {},
  };
}
