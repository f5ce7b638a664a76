import { defineAction } from '../action.js';

export const describeUk8sImage = defineAction({
  name: 'DescribeUK8SImage',
  summary: 'Lists images for Kubernetes nodes: there are none here. Packer asks when it does not find an image elsewhere.',
  params: {},
  handle: () => ({ ImageSet: [], PHostImageSet: [] }),
});
