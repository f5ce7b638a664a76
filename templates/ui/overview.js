// Fetches the page anew every few seconds while it is shown, and puts in what has changed. The link that has the focus keeps it, and
// while text is marked nothing is touched.
const PAUSE_MS = 3000;
const freshness = document.getElementById('freshness');
const trouble = document.getElementById('trouble');

async function refresh() {
  if (document.visibilityState === 'visible') {
    try {
      const reply = await fetch('/', { headers: { accept: 'text/html' } });
      if (!reply.ok) throw new Error(reply.statusText);
      show(new DOMParser().parseFromString(await reply.text(), 'text/html'));
      freshness.textContent = `Last looked at ${new Date().toLocaleTimeString()}.`;
      tell('');
    } catch {
      tell('nomadctl ui no longer answers. This page shows what was seen last; run nomadctl ui again for a new address.');
    }
  }
  setTimeout(refresh, PAUSE_MS);
}

function show(fresh) {
  const [here, there] = [document.getElementById('live'), fresh.getElementById('live')];
  if (!there || here.innerHTML === there.innerHTML || !document.getSelection().isCollapsed) return;
  const focused = here.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  here.replaceWith(document.adoptNode(there));
  if (focused !== null) [...there.querySelectorAll('a')].find((link) => link.getAttribute('href') === focused)?.focus();
}

/** In words that are read out when they change. */
function tell(text) {
  document.body.classList.toggle('stale', text !== '');
  if (trouble.textContent !== text) trouble.textContent = text;
}

setTimeout(refresh, PAUSE_MS);
