/** Whether a key that the cluster file does not know sounds like a secret, which the file must not hold. */
export function soundsSecret(key: string): boolean {
  return /(private|public|api|secret|access)_?-?key|secret|passw|token|credential/i.test(key) && !/^sshPublicKeys$/.test(key);
}
