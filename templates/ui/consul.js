// Consul's pages take themselves for signed in when a token lies in their storage, and ask for one otherwise. What lies there is
// what `/v1/acl/token/self` says by way of nomadctl: which token it is, and zeros where its secret would stand. nomadctl adds the
// secret to each request by itself. Without ACLs there is nothing to lie there.
const STORED = 'consul:token';

async function enter() {
  try {
    const reply = await fetch('/v1/acl/token/self');
    if (reply.ok) {
      const { AccessorID, SecretID, Namespace = 'default', Partition = 'default' } = await reply.json();
      localStorage.setItem(STORED, JSON.stringify({ AccessorID, SecretID, Namespace, Partition }));
    } else localStorage.removeItem(STORED);
  } finally {
    location.replace('/ui/');
  }
}

void enter();
