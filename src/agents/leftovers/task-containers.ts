import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { ApiError } from '@nomadctl/base/errors';
import { shell } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';

/** Where Nomad's docker driver looks for an engine: https://developer.hashicorp.com/nomad/docs/deploy/task-driver/docker#endpoint */
const SOCKET = '/var/run/docker.sock';
const TIMEOUT_MS = 20_000;
const MADE_BY_NOMAD = 'com.hashicorp.nomad.alloc_id';

interface Listed {
  readonly Id: string;
  readonly Mounts: readonly { readonly Source?: string }[];
}

/**
 * Removes the containers that Nomad made for allocations below a folder: they run on when their agent ends. They are known
 * by the allocation's folder, which is mounted in them. Returns how many there were; without an engine there are none.
 * @throws ApiError when the engine does not say what it has, or will not remove one.
 */
export async function removeContainersUnder(folder: string, socketPath = SOCKET): Promise<number> {
  const filters = encodeURIComponent(JSON.stringify({ label: [MADE_BY_NOMAD] }));
  const listed = await ask(socketPath, 'GET', `/containers/json?all=true&filters=${filters}`).catch(noEngine);
  const owned = (JSON.parse(listed) as Listed[]).filter(({ Mounts }) => Mounts.some(({ Source }) => Source?.startsWith(`${folder}/`)));
  await mapBounded(owned, REQUESTS_AT_ONCE, ({ Id }) =>
    ask(socketPath, 'DELETE', `/containers/${Id}?force=true&v=true`).catch((cause: unknown) => {
      throw stays(Id, cause);
    }),
  );
  return owned.length;
}

/** Without an engine, or without the right to ask it, Nomad made no containers: it runs as the same user. */
function noEngine(cause: unknown): string {
  if (['ENOENT', 'ECONNREFUSED', 'EACCES'].includes((cause as NodeJS.ErrnoException).code ?? '')) return '[]';
  throw new ApiError('Docker does not say which containers the cluster has left', {
    code: 'task-containers-unknown',
    cause,
    why: reasonOf(cause),
    next: shell`docker ps --all --filter label=${MADE_BY_NOMAD}`,
  });
}

/** @throws Error when the engine can not be reached, or says no to anything but what is gone already. */
async function ask(socketPath: string, method: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'docker' };
    const sent = request({ socketPath, method, path, headers, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
      const { statusCode = 0 } = response;
      const isGone = statusCode === 404 || statusCode === 409;
      text(response).then(
        (body) => (statusCode < 400 || isGone ? resolve(body) : reject(new Error(body.trim() || `HTTP ${statusCode}`))),
        reject,
      );
    });
    sent.on('error', reject).end();
  });
}

function stays(id: string, cause: unknown): ApiError {
  const short = id.slice(0, 12);
  return new ApiError(`Container ${short} of the cluster could not be removed`, {
    code: 'task-container-stays',
    cause,
    why: reasonOf(cause),
    next: shell`docker rm -f ${short}`,
  });
}
