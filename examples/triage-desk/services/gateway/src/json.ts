import { Problem } from './problem.ts';

const DEEPEST = 20;

/** JSON from outside. Deeper nesting than any payload needs is refused before something recursive meets it. */
export function parseJson(text: string): unknown {
  const value = parse(text);
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) throw new Problem(400, 'The body is nested too deeply');
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, 'The body is not JSON');
  }
}
