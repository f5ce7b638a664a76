/** What the project that this target follows says of itself, and what profile poc amounts to. */
export const pocWarning =
  'Profile poc is a proof of concept: every host is reachable from the public network and nothing asks for a token. Do not use it in production as it is.';

/** Of clusters that were made before there was another kind, or before it was the default. */
export const plainWarning =
  'This cluster was made with profile plain: whoever reaches an agent can do anything with it, and allowIp alone keeps others out.';
