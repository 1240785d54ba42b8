/** One JSON line per event, on stdout. Ticket text never goes here: logs outlive the answer. */
export function log(message: string, fields: object = {}): void {
  console.log(JSON.stringify({ at: new Date().toISOString(), component: 'agent', message, ...fields }));
}
