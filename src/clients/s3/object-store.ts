import { ApiError } from '@nomadctl/base/errors';
import { createHttp, type HttpCall, type WholeReply } from '../http.js';
import type { Transport } from '../transport.js';
import { signedHeaders, type ObjectStoreKeys } from './signed-headers.js';

export interface StoredObject {
  readonly value: Buffer;
  /** By which a later write knows that nobody else wrote since. */
  readonly tag: string;
  /** Since it was written, by the store's own clock. Stores count whole seconds. */
  readonly ageMs: number;
}

/**
 * Objects of one bucket of an S3-compatible store, each written only where it is as its writer saw it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export interface ObjectStore {
  read(key: string, signal: AbortSignal): Promise<StoredObject | undefined>;
  /**
   * Writes where the object still has that tag; without one, where there is none. Returns the new tag; nothing when somebody else wrote.
   * A store that knows no conditions writes all the same: `keepsConditions` finds out.
   */
  write(key: string, value: Buffer, at: { readonly tag: string | undefined; readonly signal: AbortSignal }): Promise<string | undefined>;
  remove(key: string, signal: AbortSignal): Promise<void>;
  /** Whether it refuses a write whose condition does not hold. Leaves nothing at that key. */
  keepsConditions(key: string, signal: AbortSignal): Promise<boolean>;
}

export interface ObjectStoreAddress extends Pick<Transport, 'ca'> {
  /** Web address of the store. */
  readonly url: string;
  readonly bucket: string;
  readonly region: string;
  readonly keys: ObjectStoreKeys;
}

const TIMEOUT_MS = 10_000;
/** The condition does not hold; another write of the same object came first. */
const CHANGED = [409, 412];

/** @throws ApiError as `createHttp` does; `details.said` has the store's words. */
export function createObjectStore({ url, bucket, region, keys, ca }: ObjectStoreAddress): ObjectStore {
  const http = createHttp({ url, name: 'the store of the states', indexHeader: 'x-index', ...(ca ? { ca } : {}) });
  const send = (call: Pick<HttpCall, 'method' | 'headers' | 'bytes'>, key: string, signal: AbortSignal): Promise<WholeReply> => {
    const path = `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
    const { method = 'GET', bytes = Buffer.alloc(0) } = call;
    const headers = { ...(call.headers as Record<string, string>), ...(method === 'PUT' ? { 'content-type': 'application/json' } : {}) };
    const signed = signedHeaders({ method, url: new URL(`${url}${path}`), region, headers, body: Buffer.from(bytes) }, keys);
    return http.whole({ method, path, headers: signed, ...(method === 'PUT' ? { bytes } : {}), signal, timeoutMs: TIMEOUT_MS });
  };
  const store: ObjectStore = {
    async read(key, signal) {
      const reply = await objectIfThere(send({}, key, signal));
      if (reply === undefined) return undefined;
      const { etag = '', date = '', 'last-modified': modified = '' } = reply.headers;
      const age = Date.parse(date) - Date.parse(modified);
      return { value: reply.body, tag: etag, ageMs: Number.isNaN(age) ? 0 : age };
    },
    async write(key, value, { tag, signal }) {
      const condition = tag === undefined ? { 'if-none-match': '*' } : { 'if-match': tag };
      try {
        return (await send({ method: 'PUT', headers: condition, bytes: value }, key, signal)).headers.etag ?? '';
      } catch (error) {
        if (error instanceof ApiError && CHANGED.includes(Number(error.details?.['status']))) return undefined;
        // An object that was to be replaced and is gone.
        if (tag !== undefined && codeIn(error) === 'NoSuchKey') return undefined;
        throw error;
      }
    },
    remove: async (key, signal) => void (await objectIfThere(send({ method: 'DELETE' }, key, signal))),
    async keepsConditions(key, signal) {
      await store.remove(key, signal);
      const [first] = [await store.write(key, Buffer.from('1'), { tag: undefined, signal })];
      const second = await store.write(key, Buffer.from('2'), { tag: undefined, signal });
      const third = await store.write(key, Buffer.from('3'), { tag: '"0"', signal });
      await store.remove(key, signal);
      return first !== undefined && second === undefined && third === undefined;
    },
  };
  return store;
}

/** Nothing where the object is not there. A bucket or a key that is not there is no missing object, though stores answer 404 there, too. */
async function objectIfThere(answer: Promise<WholeReply>): Promise<WholeReply | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'api-not-found') throw error;
    const code = codeIn(error);
    if (code === undefined || code === 'NoSuchKey') return undefined;
    throw new ApiError(error.message, { code: 'api-refused', why: error.why, ...(error.details ? { details: error.details } : {}) });
  }
}

/** The word by which a store says what is wrong. */
export function codeIn(error: unknown): string | undefined {
  const said = error instanceof ApiError ? error.details?.['said'] : undefined;
  return typeof said === 'string' ? /<Code>(\w+)<\/Code>/.exec(said)?.[1] : undefined;
}
