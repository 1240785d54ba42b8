/** A way that data takes between two programs, and how it is protected there. */
export interface Hop {
  /** What kind of hop it is, and between what: names have no full stop. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** `HTTPS`, `HTTP on loopback`, … */
  readonly how: string;
  /** Null: it cannot be told, as the address is a secret. */
  readonly isEncrypted: boolean | null;
  /** Never leaves the machine. Null: it cannot be told; what listens on loopback may be a tunnel that leads on. */
  readonly isLocal: boolean | null;
  /** Path in `deployer.yaml` that decides it; `target`: it comes with the target; `seen`: it was looked at. */
  readonly origin: 'target' | 'seen' | { readonly path: string };
}
