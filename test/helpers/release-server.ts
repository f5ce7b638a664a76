import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { signDetached, type ReleaseKey } from './release-key.js';
import { zipFile } from './zip-file.js';

export interface ReleaseServer {
  readonly url: string;
  /** `GET /consul/…` with the range, if one was asked for, in order of arrival. */
  readonly requests: string[];
  /** By path; change it to serve something else. */
  readonly files: Map<string, Buffer>;
  /** Handles requests before the files do; returns true when it did. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
}

/** A real HTTP server for releases, on a port of its own, with ranges as the real one has. */
export async function startReleaseServer(): Promise<ReleaseServer> {
  const files = new Map<string, Buffer>();
  const requests: string[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push([request.method, request.url, request.headers.range].filter(Boolean).join(' '));
    if (releases.intercept?.(request, response)) return;
    serve(files.get(request.url ?? ''), request, response);
  };
  const server = createServer(handle);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void (server.close(() => resolve()), server.closeAllConnections())));
  const releases: ReleaseServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    files,
    intercept: undefined,
  };
  return releases;
}

function serve(file: Buffer | undefined, request: IncomingMessage, response: ServerResponse): void {
  if (!file) return void response.writeHead(404).end('no such file');
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start >= file.length && start > 0) return void response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end();
  const headers = { 'content-length': file.length - start, 'accept-ranges': 'bytes' };
  if (start > 0) response.writeHead(206, { ...headers, 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` });
  else response.writeHead(200, headers);
  response.end(file.subarray(start));
}

export interface Release {
  readonly tool: string;
  readonly version: string;
  readonly key: ReleaseKey;
  /** Default: an archive with a program that says it is this version. */
  readonly archive?: Buffer;
}

export interface PublishedRelease {
  readonly archive: string;
  readonly sums: string;
  readonly signature: string;
}

/** Puts an archive, its signed sums and the signature on the server; returns their paths there. */
export async function publishRelease(
  server: ReleaseServer,
  { tool, version, key, archive = programArchive(tool, version) }: Release,
): Promise<PublishedRelease> {
  const base = `/${tool}/${version}/${tool}_${version}`;
  const names = { archive: `${base}_linux_amd64.zip`, sums: `${base}_SHA256SUMS`, signature: `${base}_SHA256SUMS.sig` };
  const sum = createHash('sha256').update(archive).digest('hex');
  const sums = `${'0'.repeat(64)}  ${tool}_${version}_darwin_arm64.zip\n${sum}  ${tool}_${version}_linux_amd64.zip\n`;
  server.files.set(names.archive, archive);
  server.files.set(names.sums, Buffer.from(sums));
  server.files.set(names.signature, await signDetached(sums, key));
  return names;
}

export function programArchive(tool: string, version: string): Buffer {
  return zipFile([
    { name: 'LICENSE.txt', content: 'a licence' },
    { name: tool, content: versionScript(tool, version) },
  ]);
}

/** A program that answers as the real one does. */
export function versionScript(tool: string, version: string): string {
  const title = { consul: 'Consul', nomad: 'Nomad', packer: 'Packer', terraform: 'Terraform', tofu: 'OpenTofu' }[tool] ?? tool;
  return `#!/bin/sh\necho "${title} v${version}"\necho "Revision 0123abc"\n`;
}
