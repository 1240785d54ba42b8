/** One JSON line per event, on stdout. */
export function log(message: string, fields: object = {}): void {
  console.log(JSON.stringify({ at: new Date().toISOString(), component: 'tools', message, ...fields }));
}
