import { NomadctlError } from '@nomadctl/base/errors';
import { checkAction, checkPlace, findCaller, type Caller } from '../scope/accounts.js';
import type { Action, Payload, ReadyAnswer } from '../actions/action.js';
import { answerJson } from '../actions/answer-json.js';
import { asciiJson } from '../params/ascii-json.js';
import { absence } from '../actions/absent-actions.js';
import { findAction } from '../actions/index.js';
import { scopeAt, settlePlace, type Cloud } from '../cloud/cloud.js';
import type { FaultEffect } from '../scope/faults.js';
import { readParams } from '../params/param.js';
import type { ApiRequest } from './read-request.js';
import { invalid, missing, Refusal, retCodes } from '../params/refusal.js';
import { withProjects } from '../scope/projects.js';
import { DEFAULT_REGION, findRegion } from '../scope/regions.js';
import { findSession } from '../scope/sessions.js';
import { isSignedBy } from './signature.js';
import type { Place } from '../store/store.js';

export interface Answer {
  readonly retCode: number;
  readonly message?: string;
  /** ASCII. */
  readonly json: string | Buffer;
}

/** Does what a request asks for, in one transaction. Every failure is an answer; our own bugs answer 130, this computer's failures 150. */
export function dispatch(request: ApiRequest, cloud: Cloud, effects: readonly FaultEffect[]): Answer {
  try {
    return perform(request, cloud, effects);
  } catch (error) {
    if (error instanceof Refusal) return refuse(error.retCode, error.message);
    cloud.onBug(error);
    // Such as a full disk: nothing was done, and it is not the emulator's fault.
    if (error instanceof NomadctlError) return refuse(retCodes.unavailable, [error.message, ...error.why].join(': '));
    return refuse(retCodes.gatewayError, 'Internal error of the emulator');
  }
}

export function refuse(retCode: number, message: string): Answer {
  return { retCode, message, json: asciiJson({ RetCode: retCode, Message: message }) };
}

function perform(request: ApiRequest, cloud: Cloud, effects: readonly FaultEffect[]): Answer {
  const action = actionOf(request);
  const caller = authenticate(request, cloud);
  const place = placeOf(request, action, caller);
  settlePlace(cloud, caller, place);
  const values = readParams(action.params, request.params);
  const zone = request.params.get('Zone') || undefined;
  if (zone && !findRegion(place.region)?.zones.includes(zone)) throw invalid('Zone', `${zone} is not in ${place.region}`);
  const now = cloud.clock.now();
  const hostFate = effects.find((effect) => effect.kind === 'host-state')?.state;
  const runAt = (moment: number) => (): Payload | ReadyAnswer =>
    action.handle(values, scopeAt(cloud, caller, { ...place, zone, now: moment, hostFate }));
  const stale = action.effect === 'read' ? effects.find((effect) => effect.kind === 'stale') : undefined;
  const then = now - (stale?.ms ?? 0);
  const payload = stale ? cloud.store.asOf(then, runAt(then)) : cloud.store.transaction(now, runAt(now));
  if (action.effect === 'write') cloud.machines.wake();
  return { retCode: 0, json: isReady(payload) ? payload.answer : answerJson(action.name, payload) };
}

function isReady(payload: Payload | ReadyAnswer): payload is ReadyAnswer {
  return 'answer' in payload;
}

function actionOf({ action: name }: ApiRequest): Action {
  if (name === undefined) throw new Refusal(retCodes.actionMissing, 'Missing Action');
  const action = findAction(name);
  if (action) return action;
  const why = absence(name);
  if (why !== undefined) throw new Refusal(retCodes.actionUnknown, `Action [${name}] is not emulated: ${why}`);
  throw new Refusal(retCodes.actionUnknown, `Action [${name.slice(0, 100)}] not exists`);
}

function authenticate({ params, signed }: ApiRequest, cloud: Cloud): Caller {
  const signature = params.get('Signature');
  const publicKey = params.get('PublicKey');
  const token = params.get('SecurityToken');
  if (!signature) throw new Refusal(retCodes.signatureMissing, 'Missing Signature');
  if (!publicKey) throw missing('PublicKey');
  const session = token ? findSession(cloud, { token, publicKey }) : undefined;
  if (token && !session) throw new Refusal(retCodes.tokenUnknown, 'Token Not Exists');
  const caller = session ?? findCaller(cloud.accounts, publicKey);
  if (!caller) throw new Refusal(retCodes.keyUnknown, 'User Not Exists');
  if (!isSignedBy(signed, signature, caller.key.privateKey)) throw new Refusal(retCodes.signatureWrong, 'Signature VerifyAC Error');
  return { ...caller, account: withProjects(cloud.store, caller.account) };
}

function placeOf({ params }: ApiRequest, action: Action, caller: Caller): Place {
  const region = params.get('Region') || undefined;
  const { account, key } = caller;
  checkAction(caller, action.name);
  const project = params.get('ProjectId') || (key.projects?.[0] ?? account.projects[0]?.id ?? '');
  // UCloud names the parameter so when Region is absent.
  if (region === undefined && !action.global) throw missing('az_group');
  if (region !== undefined && !findRegion(region))
    throw new Refusal(retCodes.paramInvalid, `Params [Region] not available: ${region.slice(0, 100)}`);
  checkPlace(caller, { region, project });
  return { project, region: region ?? key.regions?.[0] ?? DEFAULT_REGION };
}
