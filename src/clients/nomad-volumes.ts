import { ifThere } from './http.js';
import type { NomadHttp } from './nomad-http.js';

/** A dynamic host volume: a folder of one client, which Nomad has made. */
export interface HostVolume {
  readonly ID: string;
  /** Not unique: Nomad makes a second one of a name on another client. */
  readonly Name: string;
  readonly Namespace: string;
  readonly NodeID: string;
  readonly State: 'pending' | 'ready' | 'unavailable' | '';
  /** Where it lies on its client; listings leave it out. */
  readonly HostPath?: string;
}

export interface NewHostVolume {
  readonly name: string;
  /** The client that is to have it. */
  readonly node: string;
}

/** Dynamic host volumes of Nomad 1.10 and later, in the endpoint's namespace. https://developer.hashicorp.com/nomad/api-docs/volumes */
export interface NomadVolumes {
  hostVolumes(signal: AbortSignal, namespace?: string): Promise<HostVolume[]>;
  hostVolume(id: string, signal: AbortSignal): Promise<HostVolume | undefined>;
  /** By the plugin that every client has, `mkdir`; only its owner may look into it. Ready some seconds later. */
  createHostVolume(volume: NewHostVolume, signal: AbortSignal): Promise<HostVolume>;
  /** With everything in it. @throws ApiError `api-refused` while an allocation has it */
  deleteHostVolume(id: string, signal: AbortSignal): Promise<void>;
}

export function volumeCalls({ call }: NomadHttp): NomadVolumes {
  return {
    async hostVolumes(signal, namespace) {
      const query = { type: 'host', ...(namespace === undefined ? {} : { namespace }) };
      return (await call<HostVolume[] | null>({ path: '/v1/volumes', query, signal })) ?? [];
    },
    hostVolume: (id, signal) => ifThere(call<HostVolume>({ path: `/v1/volume/host/${id}`, signal })),
    async createHostVolume({ name, node }, signal) {
      const RequestedCapabilities = [{ AttachmentMode: 'file-system', AccessMode: 'single-node-single-writer' }];
      const Volume = { Name: name, NodeID: node, PluginID: 'mkdir', Parameters: { mode: '0700' }, RequestedCapabilities };
      return (await call<{ Volume: HostVolume }>({ method: 'PUT', path: '/v1/volume/host/create', body: { Volume }, signal })).Volume;
    },
    deleteHostVolume: async (id, signal) =>
      void (await ifThere(call<unknown>({ method: 'DELETE', path: `/v1/volume/host/${id}/delete`, signal }))),
  };
}
