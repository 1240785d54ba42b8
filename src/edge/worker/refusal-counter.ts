/** How often this worker answered a request itself instead of passing it on, by the code of the answer. */
export class RefusalCounter {
  readonly #counts = new Map<string, number>();

  count(code: string): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
  }

  read(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
