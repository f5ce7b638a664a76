import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';

/** What images are made of, and how: hosts have none of it before images are built anew. */
const OF_IMAGES = [
  'fileServer',
  'pluginMirror',
  'plugins',
  'packageMirror',
  'dockerMirror',
  'dockerPackages',
  'baseImage',
  'buildType',
  'privateBuilds',
  'versions.consul',
  'versions.nomad',
];

/** What comes after settings were changed, where that is no `up`. */
export function afterSetting(cluster: string, keys: readonly string[]): Hint | undefined {
  return keys.some((key) => OF_IMAGES.includes(key)) ? nomadctl`build-images --cluster ${cluster}` : undefined;
}
