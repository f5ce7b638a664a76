/** What the project that this target follows says of itself, and what profile poc amounts to. */
export const pocWarning =
  'Profile poc is a proof of concept: every host is reachable from the public network and nothing asks for a token. Do not use it in production as it is.';
