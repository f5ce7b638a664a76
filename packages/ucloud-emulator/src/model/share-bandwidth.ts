import { integer, required } from '../params/param.js';

/** How much there may be to share, in Mbps: https://docs.ucloud.cn/api/unet-api/allocate_share_bandwidth */
export const shareBandwidthParam = () => required(integer({ min: 20, max: 5000 }));
