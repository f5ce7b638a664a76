import { ucloudOptions, type UcloudSettings } from '../../src/ucloud/settings/options.js';

/** Settings of a cluster on UCloud as its file would give them: the defaults of the table, and what a test says. */
export function ucloudSettings(more: Partial<UcloudSettings> = {}): UcloudSettings {
  const defaults = Object.fromEntries(Object.entries(ucloudOptions).map(([key, option]) => [key, option.default]));
  return { ...(defaults as UcloudSettings), projectId: 'org-abc123', allowIp: ['203.0.113.7/32'], zones: ['cn-bj2-02'], ...more };
}
