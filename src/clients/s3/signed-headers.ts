import { sign } from 'aws4';
import { openSecret } from '@nomadctl/base/secret/open-secret';
import type { Secret } from '@nomadctl/base/secret/secret';

/** What an S3-compatible store knows somebody by. */
export interface ObjectStoreKeys {
  readonly accessKey: string;
  readonly secretKey: Secret;
  /** Of keys that are good for a while. */
  readonly sessionToken?: Secret | undefined;
}

export interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly region: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * The door to a request's signature, version 4: the headers with it, as they are sent.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function signedHeaders(request: SignedRequest, { accessKey, secretKey, sessionToken }: ObjectStoreKeys): Record<string, string> {
  const { method, url, region, headers, body } = request;
  const signed = sign(
    { service: 's3', region, method, host: url.host, path: `${url.pathname}${url.search}`, headers: { ...headers }, body },
    {
      accessKeyId: accessKey,
      secretAccessKey: openSecret(secretKey),
      ...(sessionToken ? { sessionToken: openSecret(sessionToken) } : {}),
    },
  );
  return Object.fromEntries(Object.entries(signed.headers ?? {}).map(([name, value]) => [name, String(value)]));
}
