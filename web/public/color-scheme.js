// Sets the colour scheme before the first paint. A file of its own, because the content security policy
// allows no inline script.
(() => {
  let choice = 'auto';
  try {
    choice = localStorage.getItem('tessera-color-scheme') || 'auto';
  } catch {
    // Storage may be forbidden; the system's scheme is a good answer then.
  }
  const dark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
