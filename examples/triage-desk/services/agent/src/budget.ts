/** How much one ticket may cost: rounds with the model, and tokens over all of them. */
export interface Limits {
  readonly steps: number;
  readonly tokens: number;
}

export class Budget {
  readonly #limits: Limits;
  steps = 0;
  tokens = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get isSpent(): boolean {
    return this.steps >= this.#limits.steps || this.tokens >= this.#limits.tokens;
  }

  spend(tokens: number): void {
    this.steps += 1;
    this.tokens += tokens;
  }
}
