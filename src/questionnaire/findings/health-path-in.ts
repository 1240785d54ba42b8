/** The path of the request that a health check of Docker's makes to its own container; null: it makes none. */
export function healthPathIn(check: string): string | null {
  const found =
    /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::[^/\s"']*)?(\/[^\s"',\])|;]*)?/.exec(check);
  if (found === null) return null;
  const path = (found[1] ?? '/').replace(/[?#].*$/, '');
  return /^\/(?!\/)[!-~]*$/.test(path) ? path : null;
}
