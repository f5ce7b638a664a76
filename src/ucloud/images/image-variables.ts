import type { UcloudSettings } from '../settings/options.js';
import { writeNotes, type ImageName } from '../settings/image-names.js';
import type { ImageFiles, ImageWork } from './images-state.js';

interface Values {
  readonly image: ImageName;
  readonly settings: UcloudSettings;
  readonly work: ImageWork;
  readonly zone: string;
  readonly files: ImageFiles;
}

/** What fills a template: everything but secrets, which packer takes from its environment. */
export function imageVariables({ image, settings, work, zone, files }: Values): Record<string, string> {
  const consul = { consul_version: work.versions['consul'] ?? '', consul_url: files.consul.url, consul_sha256: files.consul.sha256 };
  const nomad = { nomad_version: work.versions['nomad'] ?? '', nomad_url: files.nomad.url, nomad_sha256: files.nomad.sha256 };
  const docker = { docker_mirror: settings.dockerMirror, docker_packages: settings.dockerPackages.join(' ') };
  const client = { ...docker, registry_mirrors: settings.registryMirrors.join(' '), plugins: files.plugins };
  return {
    base_url: settings.baseUrl,
    ucloud_project_id: settings.projectId,
    region: settings.region,
    az: zone,
    image_id: work.base.id,
    image_name: work.name,
    image_description: writeNotes({ base: work.base.id, versions: work.versions }),
    instance_type: settings.buildType,
    boot_disk_type: settings.bootDiskType,
    vpc_id: settings.vpcId,
    subnet_id: settings.subnetId,
    use_ssh_private_ip: String(settings.privateBuilds),
    ssh_user: work.sshUser,
    package_mirror: settings.packageMirror,
    ...consul,
    ...(image === 'consul-server' ? {} : nomad),
    ...(image === 'nomad-client' ? client : {}),
  };
}
