import { anySignal } from '@nomadctl/base/signals/any-signal';
import type { Context } from '../../context.js';
import type { AccountActions } from './account-model.js';
import { attempt } from './attempt.js';
import type { KeysOrigin } from './ret-codes.js';
import { encodeParams, type Param } from './encode-params.js';
import type { HostActions } from './host-model.js';
import type { NetworkActions } from './network-model.js';
import { withRepeats } from './repeat.js';
import { sendForm, type Ends } from './send-form.js';
import { signed, type KeyPair } from './signature.js';

/** Every action that nomadctl uses, with its parameters and the fields of the answer that are read. */
export type UcloudActions = AccountActions & HostActions & NetworkActions;
export type UcloudAction = keyof UcloudActions;
export type ParamsOf<Action extends UcloudAction> = UcloudActions[Action]['params'];
export type ReplyOf<Action extends UcloudAction> = UcloudActions[Action]['reply'];

export interface UcloudKeys extends KeyPair {
  /** Where they are from and how to have others, for messages about keys that are refused. */
  readonly origin?: KeysOrigin | undefined;
}

export interface UcloudOptions {
  readonly baseUrl: string;
  readonly credentials: UcloudKeys;
  /** Absent while it is still being asked for: UCloud then takes the account's default project. */
  readonly projectId?: string | undefined;
  readonly region?: string | undefined;
  readonly ctx: Pick<Context, 'signal' | 'clock'>;
}

export interface CallOptions {
  /** Besides the context's own. */
  readonly signal?: AbortSignal;
  /** False: one attempt, whatever comes of it. */
  readonly retry?: boolean;
  /** Until the whole answer is there; default 30 s. */
  readonly timeoutMs?: number;
}

/** UCloud, for one account, project and region. */
export interface UcloudApi {
  readonly baseUrl: string;
  readonly projectId: string | undefined;
  readonly region: string | undefined;
  /**
   * Asks, and repeats where that is safe (`repeat.ts`).
   * @throws ApiError or PrerequisiteError for a refusal (`isRefusal` tells the code); ApiError `ucloud-unreachable`,
   * `ucloud-status` or `ucloud-nonsense`; the signal's reason when it aborted.
   */
  call<Action extends UcloudAction>(action: Action, params: ParamsOf<Action>, options?: CallOptions): Promise<ReplyOf<Action>>;
  /** The same account, elsewhere. */
  at(place: { readonly projectId?: string | undefined; readonly region?: string | undefined }): UcloudApi;
  /** The addresses of the last connection, or nothing before the first call. */
  ends(): Ends | undefined;
}

const TIMEOUT_MS = 30_000;

export function openUcloud(options: UcloudOptions): UcloudApi {
  const { baseUrl, credentials, projectId, region, ctx } = options;
  let ends: Ends | undefined;
  return {
    baseUrl,
    projectId,
    region,
    async call<Action extends UcloudAction>(action: Action, params: ParamsOf<Action>, call: CallOptions = {}): Promise<ReplyOf<Action>> {
      const form = signed(
        encodeParams({ Action: action, Region: region, ProjectId: projectId, ...(params as Record<string, Param>) }),
        credentials,
      );
      const url = addressOf(baseUrl, action);
      const signal = call.signal ? anySignal(ctx.signal, call.signal) : ctx.signal;
      const once = () =>
        attempt<ReplyOf<Action>>({
          action,
          url: baseUrl,
          origin: credentials.origin,
          signal,
          async send() {
            const reply = await sendForm(url, form, { signal, timeoutMs: call.timeoutMs ?? TIMEOUT_MS });
            ends = reply.ends ?? ends;
            return reply;
          },
        });
      return withRepeats(once, { action, clock: ctx.clock, signal, attempts: call.retry === false ? 1 : undefined });
    },
    at: (place) => openUcloud({ ...options, ...place }),
    ends: () => ends,
  };
}

/** The action is in the address too, as UCloud's own SDKs do: proxies and logs then tell calls apart. */
function addressOf(baseUrl: string, action: string): URL {
  const url = new URL(baseUrl);
  url.searchParams.set('Action', action);
  return url;
}
