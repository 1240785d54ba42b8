/** Where in the file: keys and list positions from the root. */
export type Path = readonly (string | number)[];

/** A problem before its path is looked up in the text. */
export interface Fault {
  readonly path: Path;
  /** Whether the key or its value is to be pointed at. A key that is missing is pointed at by what it is missing in. */
  readonly on: 'key' | 'value';
  /** Where to point instead of at `path`, counted from the start of the text. */
  readonly offset?: number;
  readonly message: string;
  readonly hint: string;
  readonly severity: 'error' | 'warning';
}

export interface FaultText {
  readonly message: string;
  readonly hint: string;
}

/** An error in the value at `path`. */
export function valueError(path: Path, text: FaultText): Fault {
  return { path, on: 'value', severity: 'error', ...text };
}

/** An error in the key that ends `path`: it should not be there, or it is missing. */
export function keyError(path: Path, text: FaultText): Fault {
  return { path, on: 'key', severity: 'error', ...text };
}

export function keyWarning(path: Path, text: FaultText): Fault {
  return { path, on: 'key', severity: 'warning', ...text };
}

/** `components.agent.needs[0]` */
export function dotted(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
