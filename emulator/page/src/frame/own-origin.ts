// One server under several names: localhost, 127.0.0.1 and [::1].

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** `url` with the host name by which the page was opened, if both mean this machine's port. The bot
 * knows its app by one name only; an app of another origin could not be observed, and the page's
 * policy would not load it. */
export function underOwnName(url: string, page: Location | URL): string {
  const app = new URL(url, page.href);
  const same = app.port === page.port && app.protocol === page.protocol;
  if (!same || !LOOPBACK.test(app.hostname) || !LOOPBACK.test(page.hostname)) return url;
  app.hostname = page.hostname;
  return app.href;
}
